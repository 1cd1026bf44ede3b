const KNOWN = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];

/** The method as the conventions have it: those that are not of RFC 9110 or 5789 are `_OTHER`. */
export const httpMethod = (method = 'GET'): string => (KNOWN.includes(method) ? method : '_OTHER');

/** The port with some of its members in the place of its own; all others are the port's. */
export function withOverrides<Port extends object>(port: Port, overrides: Partial<Port>): Port {
  const bound = new Map<PropertyKey, unknown>();
  return new Proxy(port, {
    get(target, name) {
      if (Object.hasOwn(overrides, name)) return Reflect.get(overrides, name);
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      // Classes with private fields know none but themselves as `this`.
      if (!bound.has(name)) bound.set(name, value.bind(target));
      return bound.get(name);
    },
  });
}

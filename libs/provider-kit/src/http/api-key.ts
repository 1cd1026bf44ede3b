import { inspect } from 'node:util';
import { z } from 'zod';

/** A key that shows in no log and no message: whatever prints it prints the name of its variable. */
export class Secret {
  /** The variable that it is from, such as `OPENAI_API_KEY`. */
  readonly variable: string;
  readonly #value: string;

  constructor(variable: string, value: string) {
    this.variable = variable;
    this.#value = value;
  }

  /** The key itself, for whoever signs a request with it. */
  reveal(): string {
    return this.#value;
  }

  /** The text without the key, if a vendor repeats it. */
  hiddenIn(text: string): string {
    return text.replaceAll(this.#value, String(this));
  }

  toString(): string {
    return `[${this.variable}]`;
  }

  toJSON(): string {
    return String(this);
  }

  [inspect.custom](): string {
    return String(this);
  }
}

/**
 * A vendor's key in the environment; undefined if it is not set: the plugin `wants` it then. It goes into a header, so
 * it is printable ASCII; blanks around it, which copying brings, are dropped.
 */
export const apiKey = (variable: string) =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must be a key: printable ASCII without blanks')
    .transform((value) => new Secret(variable, value))
    .optional();

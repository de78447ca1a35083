/** What was worked out of objects, each beside its own. */
export interface Memo<K extends object, V> {
  get(of: K): V | undefined
  /** An object that takes no more members is not remembered. */
  set(of: K, value: V): void
}

/** Constructs the object that it is given: a private member of a class below it is put on that one. */
function Given(object: object): object {
  return object
}
const Base = Given as unknown as new (object: object) => object

/**
 * A memory of objects that come and go, such as parts of evidence: it lasts as long as each of them, nobody else sees it, and no copy has it.
 *
 * A `WeakMap` says the same, but holds what it holds until the next collection of the whole heap, which is most of the work that comes of a
 * credential nobody asks for twice. It is for objects that stay, such as anchors.
 */
export function memo<K extends object, V>(): Memo<K, V> {
  class Beside extends Base {
    #value: V
    constructor(of: K, value: V) {
      super(of)
      this.#value = value
    }
    static get(of: K): V | undefined {
      return #value in of ? of.#value : undefined
    }
    static set(of: K, value: V): void {
      if (#value in of) of.#value = value
      else if (Object.isExtensible(of)) new Beside(of, value)
    }
  }
  return Beside
}

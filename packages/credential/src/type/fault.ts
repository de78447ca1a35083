/** One thing wrong in a brick, a mapping or a set of claims: where it is and a sentence that helps; never a claim's value. */
export interface Fault<Code extends string = string> {
  /** The file, relative to its folder; `claims` for claims that came from a source. */
  readonly file: string
  /** A JSON Pointer (RFC 6901) into the file; the empty one is the whole file. */
  readonly path: string
  readonly code: Code
  readonly message: string
}

/** The pointer to a place below. */
export const pointer = (...steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** One line a person reads: `display/nl.json /claims/3/label: ...`. */
export const faultLine = (fault: Fault): string => `${fault.file} ${fault.path === '' ? '(whole file)' : fault.path}: ${fault.message}`

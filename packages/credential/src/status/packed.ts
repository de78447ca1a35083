/** How many bits one status takes (Token Status List section 4.1). */
export type StatusBits = 1 | 2 | 4 | 8

/** Bytes that so many statuses take. */
export const packedLength = (entries: number, bits: StatusBits): number => Math.ceil((entries * bits) / 8)

/** The status at an index, or undefined when the list has no such index. Least significant bits first (section 4.1). */
export function getStatus(packed: Uint8Array, bits: StatusBits, index: number): number | undefined {
  if (!Number.isSafeInteger(index) || index < 0) return undefined
  const byte = packed[Math.floor((index * bits) / 8)]
  return byte === undefined ? undefined : (byte >> ((index * bits) % 8)) & ((1 << bits) - 1)
}

/** Writes the status at an index, in place; throws `RangeError` for an index that is not in the list or a value of more bits. */
export function setStatus(packed: Uint8Array, bits: StatusBits, index: number, value: number): void {
  const at = Math.floor((index * bits) / 8)
  const byte = packed[at]
  if (!Number.isSafeInteger(index) || index < 0 || byte === undefined) throw new RangeError('the status list has no such index')
  const mask = (1 << bits) - 1
  if (!Number.isInteger(value) || value < 0 || value > mask) throw new RangeError(`a status of this list has ${bits} bits`)
  const shift = (index * bits) % 8
  packed[at] = (byte & ~(mask << shift)) | (value << shift)
}

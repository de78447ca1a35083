import { isObject, parseJson } from '@symbolon/sd-jwt'
import { optionalText, type Row } from '@symbolon/service'

/** A delivery that nobody acknowledged, with a keyed mark of each key its copies are bound to. */
export interface Sent {
  readonly issuanceId: string
  readonly number: number
  readonly marks: readonly string[]
}

/** What a row of `authorizations` says is unacknowledged. */
export function readSent(row: Row): Sent[] {
  const text = optionalText(row, 'sent')
  const list = text === null ? [] : parseJson(text)
  return (Array.isArray(list) ? list : []).map((entry) => {
    const { issuance, delivery, marks } = isObject(entry) ? entry : {}
    if (typeof issuance !== 'string' || typeof delivery !== 'number' || typeof marks !== 'string') {
      throw new TypeError('an authorization has a delivery that says nothing')
    }
    return { issuanceId: issuance, number: delivery, marks: marks.split(' ') }
  })
}

/** As it is kept; null for nothing. */
export const writeSent = (sent: readonly Sent[]): string | null =>
  sent.length === 0
    ? null
    : JSON.stringify(sent.map(({ issuanceId, number, marks }) => ({ issuance: issuanceId, delivery: number, marks: marks.join(' ') })))

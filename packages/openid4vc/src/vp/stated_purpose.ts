import type { Json } from '@symbolon/sd-jwt'
import { PeerError } from '../errors.ts'
import { reader } from '../message.ts'
import type { VerifierInfo } from './presentation_request.ts'

/**
 * Why somebody asks, in its own words by language, and the published authorisation it names (specs/question.md).
 *
 * It is signed with the request, and nobody else stands behind it.
 */
export interface StatedPurpose {
  readonly purpose: Readonly<Record<string, string>>
  readonly authorisation?: { readonly reference: string; readonly url: string }
}

/** The format of `verifier_info` that holds one (OpenID4VP 1.0 section 5.11 leaves formats open). */
export const STATED_PURPOSE_FORMAT = 'urn:symbolon:stated-purpose:1'
const LONGEST = 1000
const MOST_LANGUAGES = 40

/** A stated purpose as an entry of `verifier_info`. */
export const statedPurposeInfo = ({ purpose, authorisation }: StatedPurpose): VerifierInfo => ({
  format: STATED_PURPOSE_FORMAT,
  data: { purpose: { ...purpose }, ...(authorisation && { authorisation: { ...authorisation } }) },
})

const read = reader((place, what, cause) => new PeerError('request_malformed', `verifier_info: ${place} ${what}`, cause))

/** Reads the first one of a request, if there is one. Throws PeerError `request_malformed`. */
export function readStatedPurpose(info: readonly VerifierInfo[]): StatedPurpose | undefined {
  const given = info.find(({ format }) => format === STATED_PURPOSE_FORMAT)
  if (given === undefined) return undefined
  const { purpose, authorisation } = read.object(given.data, 'data')
  const words = Object.entries(read.object(purpose, 'purpose'))
  if (words.length > MOST_LANGUAGES) read.refuse('purpose', `must have at most ${MOST_LANGUAGES} languages`)
  return {
    purpose: Object.fromEntries(words.map(([language, words]) => [language, short(words, 'purpose')])),
    ...(authorisation !== undefined && { authorisation: readAuthorisation(authorisation) }),
  }
}

function readAuthorisation(value: Json): NonNullable<StatedPurpose['authorisation']> {
  const { reference, url } = read.object(value, 'authorisation')
  return { reference: short(reference, 'authorisation.reference'), url: read.address(url, 'authorisation.url') }
}

function short(value: Json | undefined, place: string): string {
  const text = read.string(value, place)
  return text.length <= LONGEST ? text : read.refuse(place, `must have at most ${LONGEST} characters`)
}

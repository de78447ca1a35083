import type { Primitives } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { bytesOfLatin1 } from './values.ts'

/** A text that writer and reader of a code both have: what of it stands in a code costs next to nothing. Its number tells which one it is. */
export interface Dictionary {
  readonly number: number
  readonly text: string
  /** One for each character: what a reader of thousands of codes needs each time. */
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Dictionaries by their number. */
export type Dictionaries = ReadonlyMap<number, Dictionary>

/** Characters of a dictionary at most; the generic one has a thousand. */
const LONGEST = 8192

/** Makes a dictionary of a text, each character of which is a byte; its number is the beginning of its hash (specs/code.md). Throws `code_malformed`. */
export async function dictionaryOf(text: string, primitives: Primitives): Promise<Dictionary> {
  if (text.length === 0 || text.length > LONGEST || [...text].some((character) => character > '\xff'))
    throw new CredentialError('code_malformed', 'a dictionary that is empty, too long or not of bytes')
  const bytes = bytesOfLatin1(text)
  const digest = Uint8Array.fromBase64(await primitives.digest('sha-256', bytes), { alphabet: 'base64url' })
  // 28 bits, the first of them set: four bytes in every code, and no number that one chosen by hand could have.
  return { number: (new DataView(digest.buffer).getUint32(0) >>> 5) | 0x0800_0000, text, bytes }
}

/** Part of the format: every character counts, and none may ever change. The marks stand where a value was taken out. */
const TEXT =
  '"yes","no","unknown"true,false,nulldatevalidfromuntilname,"country":"BE"' +
  'catalogueplace_of_birthnationalitiespostal_codefamily_name","given_name","birthdate","personal_administrative_number","document_number"' +
  'date_of_issuance","date_of_expiry":"202issuing_countryissuing_authority":{"id":"http://data.europa.eu/"' +
  '"attestation_legal_category":"PuB-EAA"' +
  '"iss":"did:ebsi:z"iss":"did:key:z"jwk":{"kid":"urn:uuid:jti":"sub":"binding":"device"' +
  '["\x02","family_name","["\x02","given_name","["\x02","birthdate","["\x02",true]["\x02","yes"]["\x02","' +
  '{"alg":"ES384","typ":"dc+sd-jwt","kid":"{"alg":"ES512"{"alg":"ES256","typ":"dc+sd-jwt","x5c":["\x05"]}\x07' +
  '{"alg":"ES256","typ":"dc+sd-jwt","x5t#S256":"\x01"}\x07{"iss":"https://","iat":\b,"nbf":\b,"exp":\b,"vct":"urn:eudi:urn:' +
  '","vct#integrity":"sha256-"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"\x01","y":"\x01"}},' +
  '"status":{"status_list":{"idx":1,"uri":"https:///status-lists/"}},"_sd_alg":"sha-256","_sd":["\x01","\x01","\x03 ","\x01","\x01"]}' +
  '\x07{"alg":"ES256","typ":"kb+jwt"}\x07{"iat":\b,"aud":"https://"aud":"urn:symbolon:show:"aud":"x509_hash:\x01","nonce":"\x02","sd_hash":"\x04"}\x07["\x02","'

/**
 * The dictionary for whatever has none of its own: what texts that are packed have in common (specs/code.md): names and values of the standards, in the order in which they are often written.
 */
export const GENERIC: Dictionary = { number: 0, text: TEXT, bytes: bytesOfLatin1(TEXT) }

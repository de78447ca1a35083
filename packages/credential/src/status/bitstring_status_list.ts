import { base64url } from '@symbolon/sd-jwt'
import { listMechanism } from './list_entry.ts'

/** The type of an entry that `bitstringStatusList` reads. */
export const BITSTRING_ENTRY = 'BitstringStatusListEntry'

/** Bitstring Status List 1.0: one bit for each credential, in a list that is a credential of the same issuer. */
export const bitstringStatusList = listMechanism({
  id: 'bitstring_status_list',
  spec: 'Bitstring Status List 1.0 section 3.2',
  entryType: BITSTRING_ENTRY,
  credentialType: 'BitstringStatusListCredential',
  subjectType: 'BitstringStatusList',
  // Multibase, of which only base64url without padding may be used (section 2.2).
  decode: (encodedList) => (encodedList.startsWith('u') ? base64url.decode(encodedList.slice(1)) : null),
})

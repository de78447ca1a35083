import { listMechanism } from './list_entry.ts'

/** Standard base64 whose padding may be missing. */
const BASE64 = /^([A-Za-z0-9+/]*)={0,2}$/

/** Status List 2021, the draft before Bitstring Status List, as EBSI writes it; it is read and never issued. */
export const statusList2021 = listMechanism({
  id: 'status_list_2021',
  spec: 'Status List 2021, Validate Algorithm',
  entryType: 'StatusList2021Entry',
  credentialType: 'StatusList2021Credential',
  subjectType: 'StatusList2021',
  decode(encodedList) {
    const text = BASE64.exec(encodedList)?.[1]
    if (text === undefined || (encodedList.length > text.length && encodedList.length % 4 !== 0)) return null
    try {
      return Uint8Array.fromBase64(text.padEnd(Math.ceil(text.length / 4) * 4, '='), { lastChunkHandling: 'strict' })
    } catch (error) {
      if (error instanceof SyntaxError) return null
      throw error
    }
  },
})

/** What this package throws: the section that asks for it, and what to do. Rows sorted by code. */
export const EBSI_ERRORS = {
  did_ebsi_base58: {
    spec: 'EBSI DID Method, Legal entities',
    hint: 'compare it with the registry: it holds a character that base58 does not have',
  },
  did_ebsi_empty: { spec: 'EBSI DID Method, Legal entities', hint: 'give the whole DID: nothing stands after the z' },
  did_ebsi_leading_zero: {
    spec: 'EBSI DID Method, Legal entities',
    hint: 'give the DID as the registry has it: with bytes of zero before it one entity would have many names',
  },
  did_ebsi_length: { spec: 'EBSI DID Method, Legal entities', hint: 'give the whole DID: it is made of a version and 16 bytes' },
  did_ebsi_method: { spec: 'EBSI DID Method, Legal entities', hint: 'give a DID that begins with did:ebsi:, in lower case' },
  did_ebsi_multibase: { spec: 'EBSI DID Method, Legal entities', hint: 'give a DID whose identifier begins with z' },
  did_ebsi_url: { spec: 'DID Core section 3.2', hint: 'give the DID alone, without the name of a key, a path or a query' },
  did_ebsi_version: {
    spec: 'EBSI DID Method, Legal entities',
    hint: 'give a DID of version 1; natural persons have a did:key today',
  },
  did_key_other_codec: {
    spec: 'EBSI DID Method, Natural persons',
    hint: 'give a did:key of a JWK (jwk_jcs-pub), as EBSI asks for; one of the bare point is none',
  },
  schema_reference_unknown: {
    spec: 'EBSI Trusted Schemas Registry v3',
    hint: 'bring the files that the schema names; one of them is not there, or they name each other in a circle',
  },
} as const satisfies Record<string, { spec: string; hint: string }>

export type EbsiCode = keyof typeof EBSI_ERRORS

/** A refusal of this package: `code` says which rule is broken, `detail` where; neither holds what was refused. */
export class EbsiError extends Error {
  readonly code: EbsiCode
  constructor(code: EbsiCode, detail?: string) {
    super(detail === undefined ? code : `${code}: ${detail}`)
    this.name = 'EbsiError'
    this.code = code
  }
}

import type { Json, JsonObject } from '@symbolon/sd-jwt'
import type { Fault } from './fault.ts'
import { type TypeFaultCode, typeFault } from './faults.ts'
import { compileSchema } from './schema_validator.ts'

const TEXT = { type: 'string', minLength: 1, maxLength: 500 }
const NAMES = { type: 'array', minItems: 1, uniqueItems: true, items: TEXT }
const OBJECT_PATH = { type: 'array', items: TEXT }
const MEMBER_PATH = { ...OBJECT_PATH, minItems: 1 }
/** The grant types with which something can be received the first time (RFC 6749 section 1.3.1, OpenID4VCI 1.0 section 4.1.1). */
const FIRST_GRANTS = ['authorization_code', 'urn:ietf:params:oauth:grant-type:pre-authorized_code'] as const
/** All there are, with the one for new copies (RFC 6749 section 1.5). */
const GRANTS = [...FIRST_GRANTS, 'refresh_token'] as const
const CLAIM_PATH = { type: 'array', minItems: 1, items: { type: ['string', 'null'], minLength: 1 } }

/** credential.json as specs/credential-type.md describes it, in its own terms. */
const CREDENTIAL: JsonObject = closed({
  'vct?': { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9:._/-]*[:./][1-9][0-9]*$' },
  'types?': { ...NAMES, minItems: 3, contains: { const: 'VerifiableAttestation' } },
  'schemas?': { type: 'array', minItems: 1, uniqueItems: true, items: closed({ id: TEXT, type: TEXT }) },
  'data_model?': { enum: ['1.1', '2.0'] },
  revision: { type: 'integer', minimum: 1 },
  formats: NAMES,
  holder_binding: { enum: ['key', 'none'] },
  'proof_algorithms?': { type: 'array', minItems: 1, uniqueItems: true, items: { enum: ['ES256', 'ES384', 'ES512'] } },
  grants: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: [...GRANTS] } },
  clients: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: ['anonymous', 'registered'] } },
  lifetime: closed({
    profile: { enum: ['quarter', 'three_months', 'daily'] },
    time_zone: TEXT,
    'ends_by?': { type: 'array', uniqueItems: true, items: MEMBER_PATH },
  }),
  status: { anyOf: [{ type: 'null' }, closed({ bits: { enum: [1, 2, 4, 8] }, suspension: { type: 'boolean' } })] },
  copies: { type: 'integer', minimum: 1, maximum: 100 },
  reissuance: { enum: ['keep', 'replace'] },
  'certificates?': { enum: ['embedded', 'by_hash'] },
  'envelope?': closed({
    'jti?': { const: 'random' },
    'sub?': { const: 'random' },
    'binding?': { enum: ['device', 'pid', 'none'] },
    'attestation_legal_category?': TEXT,
  }),
  legal: closed({ basis: TEXT, 'rulebook?': TEXT }),
  claims: { type: 'array', minItems: 1, items: closed({ path: CLAIM_PATH, sd: { enum: ['always', 'never', 'allowed'] }, 'group?': TEXT }) },
  'totals?': { type: 'array', items: closed({ path: OBJECT_PATH, total: { type: 'integer', minimum: 1, maximum: 256 } }) },
  'periods?': {
    type: 'object',
    propertyNames: { pattern: '^[a-z_]+$' },
    additionalProperties: closed({ 'from?': MEMBER_PATH, 'until?': MEMBER_PATH }),
  },
})

/** display/<language>.json. */
const DISPLAY: JsonObject = closed({
  name: TEXT,
  description: TEXT,
  claims: {
    type: 'array',
    items: closed({
      path: CLAIM_PATH,
      'label?': TEXT,
      'description?': TEXT,
      'values?': { type: 'object', minProperties: 1, additionalProperties: TEXT },
    }),
  },
})

/** An object with these members and no others; a name that ends in `?` may be left out. */
function closed(members: Record<string, JsonObject>): JsonObject {
  const properties = Object.fromEntries(Object.entries(members).map(([name, schema]) => [name.replace(/\?$/, ''), schema]))
  const required = Object.keys(members).filter((name) => !name.endsWith('?'))
  return { type: 'object', properties, required, additionalProperties: false }
}

const codes = { missing: 'member_missing', unknown: 'member_unknown', malformed: 'member_malformed' } as const

/** The faults of a document's shape, with what to do about each. */
function shapeCheck(schema: JsonObject): (value: Json, file: string) => Fault<TypeFaultCode>[] {
  // Compiled with the first brick that is read: a wallet reads none, and every one of its commands would pay for it.
  let check: ReturnType<typeof compileSchema<(typeof codes)[keyof typeof codes]>> | undefined
  return (value, file) => {
    check ??= compileSchema(schema, codes)
    return check(value, file).map(({ code, path, message }) => typeFault(code, file, path, message))
  }
}

export const checkCredentialJson = shapeCheck(CREDENTIAL)
export const checkDisplayJson = shapeCheck(DISPLAY)

/** Whether grants that are right one by one leave a way to receive something the first time. */
export const beginsSomehow = ({ grants }: CredentialJson): boolean => FIRST_GRANTS.some((first) => grants.includes(first))

/** What credential.json holds once it was found right. */
export interface CredentialJson {
  /** By one of the two the type is named: which, its formats say. */
  readonly vct?: string
  readonly types?: readonly string[]
  readonly schemas?: readonly { readonly id: string; readonly type: string }[]
  readonly data_model?: '1.1' | '2.0'
  readonly revision: number
  readonly formats: readonly string[]
  readonly holder_binding: 'key' | 'none'
  readonly proof_algorithms?: readonly ('ES256' | 'ES384' | 'ES512')[]
  readonly grants: readonly (typeof GRANTS)[number][]
  readonly clients: readonly ('anonymous' | 'registered')[]
  readonly lifetime: {
    readonly profile: 'quarter' | 'three_months' | 'daily'
    readonly time_zone: string
    readonly ends_by?: readonly (readonly string[])[]
  }
  readonly status: { readonly bits: 1 | 2 | 4 | 8; readonly suspension: boolean } | null
  readonly copies: number
  readonly reissuance: 'keep' | 'replace'
  readonly certificates?: 'embedded' | 'by_hash'
  readonly envelope?: {
    readonly jti?: 'random'
    readonly sub?: 'random'
    readonly binding?: string
    readonly attestation_legal_category?: string
  }
  readonly legal: { readonly basis: string; readonly rulebook?: string }
  readonly claims: readonly {
    readonly path: readonly (string | null)[]
    readonly sd: 'always' | 'never' | 'allowed'
    readonly group?: string
  }[]
  readonly totals?: readonly { readonly path: readonly string[]; readonly total: number }[]
  readonly periods?: { readonly [layer: string]: { readonly from?: readonly string[]; readonly until?: readonly string[] } }
}

/** What display/<language>.json holds once it was found right. */
export interface DisplayJson {
  readonly name: string
  readonly description: string
  readonly claims: readonly {
    readonly path: readonly (string | null)[]
    readonly label?: string
    readonly description?: string
    readonly values?: { readonly [value: string]: string }
  }[]
}

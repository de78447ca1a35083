import { type Answer, problem, type RegistryRequest, type Route } from './answer.ts'
import { type Authorities, accredit, accreditorFor, giverOf, onboard, pda1, revoke } from './authorities.ts'
import { isDidEbsi } from './base58.ts'
import { attributeOf, bare } from './issuer_entries.ts'
import { jsonObject } from './methods/fields.ts'
import { readSchemaId } from './schema_entries.ts'
import { type State, schemaUrl } from './state.ts'
import { type AccreditedFor, ROLES } from './trust_credentials.ts'

/** Addresses of our own, no part of EBSI: what an accreditor does after it has looked at an applicant, here without looking. */
export function doubleApi(state: State, authorities: Authorities): Route[] {
  return [
    {
      method: 'POST',
      path: '/double/onboarding',
      handle(request) {
        const { did } = readBody(request)
        const by = authorities.tao ?? authorities.root
        return given(request, { credential: onboard(state, by, did), issuer: by.did })
      },
    },
    {
      method: 'POST',
      path: '/double/accreditation',
      async handle(request) {
        const { did, body } = readBody(request)
        const role = ROLES.find((one) => one === (body.role ?? 'TI'))
        if (role === undefined) throw problem(400, 'Bad Request', `role must be one of ${ROLES.join(', ')}`)
        const accreditedFor = readAccreditedFor(state, body)
        const by = accreditorFor(authorities, role, accreditedFor)
        return given(request, { ...(await accredit(state, by, { did, role, accreditedFor })), issuer: by.did })
      },
    },
    {
      method: 'POST',
      path: '/double/revocation',
      async handle(request) {
        const { did, body } = readBody(request)
        const entry = state.issuers.get(did)
        const wanted = typeof body.attributeId === 'string' ? [bare(body.attributeId)] : [...(entry?.attributes.keys() ?? [])]
        if (entry === undefined || wanted.some((id) => attributeOf(entry, id) === null)) {
          throw problem(404, 'Attribute Not Found', 'the issuer has no such attribute')
        }
        for (const id of wanted) {
          const by = giverOf(authorities, state, did, id)
          if (by === null) throw problem(400, 'Bad Request', 'an attribute was given by somebody whose keys the double does not have')
          await revoke(state, by, did, id)
        }
        return { json: { revoked: wanted } }
      },
    },
  ]
}

/** The credential alone for whoever accepts `application/jwt`: what a command wants to read. */
const given = ({ headers }: RegistryRequest, answer: { readonly credential: string; readonly issuer: string }): Answer =>
  headers.accept === 'application/jwt' ? { type: 'application/jwt', text: answer.credential } : { json: answer }

function readBody({ body: text }: RegistryRequest): { did: string; body: Record<string, unknown> } {
  const body = jsonObject(text)
  if (body === undefined || !isDidEbsi(body.did)) throw problem(400, 'Bad Request', 'the body must be a JSON object with a did:ebsi as did')
  return { did: body.did, body }
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string')

/** `types` and `schemas`: each schema, by id or address, may be used with all the types; neither: PDA1. */
function readAccreditedFor(state: State, { types, schemas }: Record<string, unknown>): AccreditedFor[] {
  if (types === undefined && schemas === undefined) return pda1(state)
  if (!isTexts(types) || !isTexts(schemas) || schemas.length === 0)
    throw problem(400, 'Bad Request', 'types and schemas must be arrays of texts')
  const chain = [...new Set(['VerifiableCredential', 'VerifiableAttestation', ...types])]
  return schemas.map((schema) => ({ schemaId: readSchemaId(schema) === null ? schema : schemaUrl(state.origin, schema), types: chain }))
}

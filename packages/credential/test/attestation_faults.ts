import type { Json } from '@symbolon/sd-jwt'
import type { TypeFaultCode, TypeFolder } from '../src/type/index.ts'
import { attestationBrick, SCHEMA } from './attestation_brick.ts'
import { edit } from './brick_edit.ts'
import { libraryCard } from './library_card.ts'

const JSON_FILE = 'credential.json'
const credential = (path: (string | number)[], value: Json | undefined): TypeFolder => attestationBrick(edit(JSON_FILE, path, value))

/** A claim beside the subject, with all it needs. */
const beside = attestationBrick((files) => {
  edit('schema.json', ['properties', 'level'], { type: 'integer' })(files)
  edit(JSON_FILE, ['claims', '+'], { path: ['level'], sd: 'never' })(files)
  for (const language of ['nl', 'fr', 'de', 'en'])
    edit(`display/${language}.json`, ['claims', '+'], { path: ['level'], label: 'level' })(files)
})

/** The holder among the claims. */
const named = attestationBrick((files) => {
  edit('schema.json', ['properties', 'credentialSubject', 'properties', 'id'], { type: 'string' })(files)
  for (const language of ['nl', 'fr', 'de', 'en'])
    edit(`display/${language}.json`, ['claims', '+'], { path: ['credentialSubject', 'id'], label: 'id' })(files)
})

/** Faults of bricks for W3C credentials, and of those that are half one. */
export const ATTESTATION_FAULTS: [what: string, folder: TypeFolder, code: TypeFaultCode, file: string, path: string][] = [
  ['no types', credential(['types'], undefined), 'member_missing', JSON_FILE, '/types'],
  ['no schemas', credential(['schemas'], undefined), 'member_missing', JSON_FILE, '/schemas'],
  ['a schema without its type', credential(['schemas', 0, 'type'], undefined), 'member_missing', JSON_FILE, '/schemas/0/type'],
  ['a vct beside the types', credential(['vct'], 'urn:example:a:1'), 'member_unknown', JSON_FILE, '/vct'],
  ['an envelope of the other format', credential(['envelope'], { jti: 'random' }), 'member_unknown', JSON_FILE, '/envelope'],
  ['certificates of the other format', credential(['certificates'], 'by_hash'), 'member_unknown', JSON_FILE, '/certificates'],
  [
    'types that begin otherwise',
    credential(['types'], ['VerifiableAttestation', 'VerifiableCredential', 'A']),
    'member_malformed',
    JSON_FILE,
    '/types/0',
  ],
  ['no type of an attestation', credential(['types'], ['VerifiableCredential', 'A', 'B']), 'member_malformed', JSON_FILE, '/types'],
  ['both formats', credential(['formats', '+'], 'dc+sd-jwt'), 'formats_mixed', JSON_FILE, '/formats'],
  [
    'types in a brick of the other format',
    libraryCard(edit(JSON_FILE, ['types'], ['VerifiableCredential', 'VerifiableAttestation', 'A'])),
    'member_unknown',
    JSON_FILE,
    '/types',
  ],
  [
    'schemas in a brick of the other format',
    libraryCard(edit(JSON_FILE, ['schemas'], [{ id: SCHEMA.base58, type: 'JsonSchema' }])),
    'member_unknown',
    JSON_FILE,
    '/schemas',
  ],
  ['a claim that could be hidden', credential(['claims', 0, 'sd'], 'allowed'), 'claim_never_hidden', JSON_FILE, '/claims/0/sd'],
  ['a claim beside the subject', beside, 'claim_not_of_subject', 'schema.json', '/properties'],
  ['the holder among the claims', named, 'claim_reserved', 'schema.json', '/properties/credentialSubject/properties/id'],
  ['a status of two bits', credential(['status', 'bits'], 2), 'status_not_of_format', JSON_FILE, '/status'],
]

import type { JsonObject } from '@symbolon/sd-jwt'
import { type CredentialType, parseType, type TypeFolder } from '../src/type/index.ts'

/** The identifier of one schema, in both ways of writing it; and of another one. */
export const SCHEMA = {
  base58: 'https://registry.example/trusted-schemas-registry/v3/schemas/z5qB8tydkn3Xk3VXb15SJ9dAWW6wky1YEoVdGzudWzhcW',
  hexadecimal:
    'https://registry.example/trusted-schemas-registry/v3/schemas/0x47c61667281cc3883cca001bcac7038237c85d0e8f61f139652375c330a99063',
  other: 'https://registry.example/trusted-schemas-registry/v3/schemas/z3MgUFUkb722uq4x3dv5yAJmnNmzDFeK5UC8x83QoeLJM',
} as const

export const TYPES = ['VerifiableCredential', 'VerifiableAttestation', 'LibraryAttestation'] as const

/** The example of specs/credential-type.md for W3C credentials: a type that nobody issues. */
export const ATTESTATION: { readonly [file: string]: JsonObject } = {
  'credential.json': {
    types: [...TYPES],
    schemas: [{ id: SCHEMA.base58, type: 'FullJsonSchemaValidator2021' }],
    revision: 1,
    formats: ['jwt_vc_json'],
    holder_binding: 'key',
    proof_algorithms: ['ES256'],
    grants: ['urn:ietf:params:oauth:grant-type:pre-authorized_code'],
    clients: ['anonymous'],
    lifetime: { profile: 'quarter', time_zone: 'Europe/Brussels' },
    status: { bits: 1, suspension: false },
    copies: 10,
    reissuance: 'keep',
    legal: { basis: 'By-law of the library, article 4' },
    periods: { right: { from: ['credentialSubject', 'valid', 'from'], until: ['credentialSubject', 'valid', 'until'] } },
    claims: [{ path: ['credentialSubject'], sd: 'never' }],
  },
  'schema.json': {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      credentialSubject: {
        type: 'object',
        properties: {
          valid: {
            type: 'object',
            properties: { from: { $ref: '#/$defs/day' }, until: { $ref: '#/$defs/day' } },
            required: ['from', 'until'],
            additionalProperties: false,
          },
          name: { type: 'string', minLength: 1 },
        },
        required: ['valid', 'name'],
        additionalProperties: false,
      },
    },
    required: ['credentialSubject'],
    additionalProperties: false,
    $defs: { day: { type: 'string', format: 'date' } },
  },
  'display/nl.json': display('Bibliotheekattest', ['Lid', 'Geldig', 'Vanaf', 'Tot en met', 'Naam']),
  'display/fr.json': display('Attestation de bibliothèque', ['Membre', 'Valable', 'Du', 'Au', 'Nom']),
  'display/de.json': display('Bibliotheksbescheinigung', ['Mitglied', 'Gültig', 'Ab', 'Bis', 'Name']),
  'display/en.json': display('Library attestation', ['Member', 'Valid', 'From', 'Until', 'Name']),
  'sample.json': { credentialSubject: { valid: { from: '2026-01-01', until: '2026-12-31' }, name: 'Lotte Proefstuk' } },
}

function display(name: string, labels: readonly string[]): JsonObject {
  const paths = [[], ['valid'], ['valid', 'from'], ['valid', 'until'], ['name']]
  return {
    name,
    description: name,
    claims: paths.map((path, index) => ({ path: ['credentialSubject', ...path], label: labels[index] ?? '' })),
  }
}

/** The brick as its folder holds it, after a change to its parsed files. */
export function attestationBrick(change: (files: Record<string, JsonObject>) => void = () => {}): TypeFolder {
  const files: Record<string, JsonObject> = structuredClone(ATTESTATION)
  change(files)
  return {
    name: 'library-attestation',
    files: Object.fromEntries(Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)])),
  }
}

/** The type, after a change to its parsed files. */
export function attestationType(change?: (files: Record<string, JsonObject>) => void): CredentialType {
  const { type, faults } = parseType(attestationBrick(change))
  if (type === undefined) throw new Error(JSON.stringify(faults))
  return type
}

import type { JsonObject } from '@symbolon/sd-jwt'
import type { TypeFolder } from '../src/type/index.ts'

/** The example of specs/credential-type.md: a type that nobody issues, small and with a bit of everything. */
export const LIBRARY_CARD: { readonly [file: string]: JsonObject } = {
  'credential.json': {
    vct: 'urn:example:library-card:1',
    revision: 1,
    formats: ['dc+sd-jwt'],
    holder_binding: 'key',
    proof_algorithms: ['ES256'],
    grants: ['urn:ietf:params:oauth:grant-type:pre-authorized_code', 'refresh_token'],
    clients: ['anonymous', 'registered'],
    lifetime: { profile: 'quarter', time_zone: 'Europe/Brussels', ends_by: [['valid', 'until']] },
    status: { bits: 2, suspension: true },
    copies: 10,
    reissuance: 'keep',
    envelope: { jti: 'random' },
    legal: { basis: 'By-law of the library, article 4' },
    periods: { right: { from: ['valid', 'from'], until: ['valid', 'until'] } },
    claims: [
      { path: ['valid'], sd: 'never' },
      { path: ['name'], sd: 'always' },
      { path: ['rooms', '*'], sd: 'always' },
      { path: ['loans', null, 'title'], sd: 'always', group: 'loan' },
      { path: ['loans', null, 'due'], sd: 'always', group: 'loan' },
    ],
    totals: [{ path: ['rooms'], total: 4 }],
  },
  'schema.json': {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      valid: {
        type: 'object',
        properties: { from: { $ref: '#/$defs/day' }, until: { $ref: '#/$defs/day' } },
        required: ['from', 'until'],
        additionalProperties: false,
      },
      name: { type: 'string', minLength: 1 },
      rooms: {
        type: 'object',
        properties: { reading: { $ref: '#/$defs/answer' }, music: { $ref: '#/$defs/answer' } },
        required: ['reading', 'music'],
        additionalProperties: false,
      },
      loans: {
        type: 'array',
        items: {
          type: 'object',
          properties: { title: { type: 'string' }, due: { $ref: '#/$defs/day' } },
          required: ['title'],
          additionalProperties: false,
        },
      },
    },
    required: ['valid', 'rooms'],
    additionalProperties: false,
    $defs: { day: { type: 'string', format: 'date' }, answer: { type: 'string', enum: ['yes', 'no'] } },
  },
  'display/nl.json': display(
    'Bibliotheekkaart',
    ['Geldig', 'Vanaf', 'Tot en met', 'Naam', 'Zalen', 'Leeszaal', 'Muziekzaal', 'Leningen', 'Titel', 'Terug op'],
    ['Ja', 'Nee'],
  ),
  'display/fr.json': display(
    'Carte de bibliothèque',
    ['Valable', 'Du', 'Au', 'Nom', 'Salles', 'Lecture', 'Musique', 'Prêts', 'Titre', 'À rendre le'],
    ['Oui', 'Non'],
  ),
  'display/de.json': display(
    'Bibliotheksausweis',
    ['Gültig', 'Ab', 'Bis', 'Name', 'Säle', 'Lesesaal', 'Musiksaal', 'Ausleihen', 'Titel', 'Zurück am'],
    ['Ja', 'Nein'],
  ),
  'display/en.json': display(
    'Library card',
    ['Valid', 'From', 'Until', 'Name', 'Rooms', 'Reading room', 'Music room', 'Loans', 'Title', 'Due on'],
    ['Yes', 'No'],
  ),
  'sample.json': {
    valid: { from: '2026-01-01', until: '2026-12-31' },
    name: 'Lotte Proefstuk',
    rooms: { reading: 'yes', music: 'no' },
    loans: [{ title: 'Bruges-la-Morte', due: '2026-07-01' }],
  },
}

export const CARD = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 856 540" role="img">
  <title>Library card</title>
  <rect width="856" height="540" fill="#14303b" />
</svg>
`

function display(name: string, labels: string[], answers: string[]): JsonObject {
  const paths = [
    ['valid'],
    ['valid', 'from'],
    ['valid', 'until'],
    ['name'],
    ['rooms'],
    ['rooms', 'reading'],
    ['rooms', 'music'],
    ['loans'],
    ['loans', null, 'title'],
    ['loans', null, 'due'],
  ]
  const claims = paths.map((path, index) => ({ path, label: labels[index] ?? '' }))
  const [yes = '', no = ''] = answers
  return { name, description: name, claims: [...claims, { path: ['rooms', '*'], values: { yes, no }, description: name }] }
}

/** The brick as its folder holds it, after a change to its parsed files; a file that becomes undefined is not there. */
export function libraryCard(change: (files: Record<string, JsonObject>) => void = () => {}): TypeFolder {
  const files: Record<string, JsonObject> = structuredClone(LIBRARY_CARD)
  change(files)
  const texts = Object.entries(files).map(([name, document]) => [name, JSON.stringify(document)])
  return { name: 'library-card', files: { ...Object.fromEntries(texts), 'card.svg': CARD } }
}

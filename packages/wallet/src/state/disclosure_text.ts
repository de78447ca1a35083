import { DISCLOSURE_OUTCOMES, type Disclosure, type DisclosureAsker, type ShownCredential } from './model.ts'
import { boolean, list, malformed, number, object, optional, path, type Reading, string } from './reading.ts'

/** Reads one entry of the history. */
export const disclosure: Reading<Disclosure> = (value, place) => {
  const entry = object(value, place)
  const outcome = DISCLOSURE_OUTCOMES.find((known) => known === entry.outcome)
  if (outcome === undefined) throw malformed(`${place}.outcome`)
  return {
    id: string(entry.id, `${place}.id`),
    at: number(entry.at, `${place}.at`),
    audience: string(entry.audience, `${place}.audience`),
    ...optional(entry, 'asker', asker, place),
    ...optional(entry, 'purpose', string, place),
    ...optional(entry, 'authorisation', string, place),
    shown: list(shown)(entry.shown, `${place}.shown`),
    outcome,
  }
}

const asker: Reading<DisclosureAsker> = (value, place) => {
  const entry = object(value, place)
  return {
    ...optional(entry, 'name', string, place),
    ...optional(entry, 'organisationId', string, place),
    ...optional(entry, 'anchor', string, place),
  }
}

const shown: Reading<ShownCredential> = (value, place) => {
  const entry = object(value, place)
  return {
    credentialId: string(entry.credentialId, `${place}.credentialId`),
    type: string(entry.type, `${place}.type`),
    paths: list(path)(entry.paths, `${place}.paths`),
    always: list(path)(entry.always, `${place}.always`),
    reused: boolean(entry.reused, `${place}.reused`),
  }
}

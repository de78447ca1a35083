import { type Language, printable, type Say, type Vocabulary } from '@symbolon/credential'
import { isObject, type Json } from '@symbolon/sd-jwt'
import type { ChainCode } from '../errors.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'

/** The sentences of one language; a part in [brackets] is left out when a fact in it is not there. */
export type ChainSentences = Readonly<Record<ChainCode, string>>

const ITSELF: Readonly<Record<Language, string>> = {
  en: ', itself by ',
  nl: ', zelf door ',
  fr: ', lui-même par ',
  de: ', selbst von ',
}

/** Whoever accredited, one after another up to the root; null where the issuer is a root, which nobody accredits. */
const accreditors: Say = (hops, language) => {
  const given = Array.isArray(hops) ? hops.filter(isObject).filter(({ role }) => role !== 'RootTAO') : []
  return given.length === 0 ? null : given.map(({ accreditor }) => printable(String(accreditor))).join(ITSELF[language])
}
const name = (value: Json): string | null => (typeof value === 'string' ? printable(value) : null)

/** What the codes of the chain walk mean, and how their facts are said. */
export const EBSI_WORDS: Vocabulary = {
  codes: { nl, fr, de, en },
  facts: new Map<string, Say>([
    ['did', name],
    ['hops', accreditors],
    ['registry', name],
    ['root', name],
  ]),
}

import type { Json } from '@symbolon/sd-jwt'
import type { Check } from '../model.ts'
import type { Language } from '../type/index.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { fill, printable } from './fill.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'
import type { Vocabulary } from './vocabulary.ts'
import type { Words } from './words.ts'

export { calendarDay, duration, moment, printable } from './fill.ts'
export type { Say, Vocabulary } from './vocabulary.ts'
export type { Headings, Words } from './words.ts'

/** The texts of each language. */
export const WORDS: Readonly<Record<Language, Words>> = { nl, fr, de, en }

/** One sentence for a code, with the facts that belong to it; a code that neither we nor the vocabularies have words for is said as it is. */
export function sentence(
  code: string,
  facts: { readonly [name: string]: Json },
  language: Language,
  vocabularies: readonly Vocabulary[] = [],
): string {
  for (const { codes, facts: says } of [
    { codes: WORDS[language].codes },
    ...vocabularies.map((one) => ({ ...one, codes: one.codes[language] })),
  ]) {
    const templates: { readonly [code: string]: string } = codes
    const template = Object.hasOwn(templates, code) ? templates[code] : undefined
    if (template !== undefined) return fill(template, facts, language, says)
  }
  return printable(code)
}

/** What a check is called; one that a type brings along is called as its type does. */
export function checkName({ id }: Check, language: Language): string {
  const names: { readonly [id: string]: string } = WORDS[language].checks
  return (Object.hasOwn(names, id) ? names[id] : undefined) ?? printable(id)
}

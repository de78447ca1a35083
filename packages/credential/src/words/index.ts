import type { Json } from '@symbolon/sd-jwt'
import type { Check } from '../model.ts'
import type { Language } from '../type/index.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { fill, printable } from './fill.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'
import type { Words } from './words.ts'

export { calendarDay, duration, moment, printable } from './fill.ts'
export type { Headings, Words } from './words.ts'

/** The texts of each language. */
export const WORDS: Readonly<Record<Language, Words>> = { nl, fr, de, en }

/** One sentence for a code, with the facts that belong to it; a code we have no words for is said as it is. */
export function sentence(code: string, facts: { readonly [name: string]: Json }, language: Language): string {
  const codes: { readonly [code: string]: string } = WORDS[language].codes
  const template = Object.hasOwn(codes, code) ? codes[code] : undefined
  return template === undefined ? printable(code) : fill(template, facts, language)
}

/** What a check is called; one that a type brings along is called as its type does. */
export function checkName({ id }: Check, language: Language): string {
  const names: { readonly [id: string]: string } = WORDS[language].checks
  return (Object.hasOwn(names, id) ? names[id] : undefined) ?? printable(id)
}

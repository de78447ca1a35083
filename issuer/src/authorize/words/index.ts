import { type Language, pickLanguage } from '@symbolon/credential'
import { de } from './de.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'
import { nl } from './nl.ts'
import type { Words } from './words.ts'

export type { Words } from './words.ts'

/** The words of the pages in each of our languages. */
export const WORDS: Readonly<Record<Language, Words>> = { nl, fr, de, en }

/** The language of a page: what the wallet asked for (`ui_locales`, best first), else what the browser prefers (RFC 9110 section 12.5.4). */
export const pageLanguage = (locales: readonly string[], acceptLanguage: string | undefined): Language =>
  pickLanguage([...locales, ...accepted(acceptLanguage ?? '')])

/** More is no preference but a burden. */
const MOST_LANGUAGES = 20

function accepted(header: string): string[] {
  const ranges = header.split(',', MOST_LANGUAGES).map((part) => {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim())
    const quality = parameters.find((parameter) => parameter.startsWith('q='))
    return { tag, weight: quality === undefined ? 1 : Number(quality.slice(2)) }
  })
  const wanted = ranges.filter(({ tag, weight }) => tag !== '' && weight > 0)
  return wanted.sort((one, other) => other.weight - one.weight).map(({ tag }) => tag)
}

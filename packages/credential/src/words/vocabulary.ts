import type { Json } from '@symbolon/sd-jwt'
import type { Language } from '../type/index.ts'

/** How a fact is said in a language; null when it is none that can be said. */
export type Say = (value: Json, language: Language) => string | null

/** What a package above this one brings so that its own codes can be said: a sentence for each, and how the facts that only they name are said. */
export interface Vocabulary {
  readonly codes: Readonly<Record<Language, { readonly [code: string]: string }>>
  readonly facts?: ReadonlyMap<string, Say>
}

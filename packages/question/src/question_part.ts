import type { Part } from '@symbolon/credential'
import { isObject, parseJson } from '@symbolon/sd-jwt'
import type { QuestionFolder } from './parse_question.ts'

const MEDIA_TYPE = 'application/json'

/** A question as a part of a bundle (specs/bundle.md): its files by their names, in the order of these, so that the same question has the same hash everywhere. */
export function questionPart({ name, files }: QuestionFolder): Part {
  const sorted = Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)))
  return { kind: 'question', id: name, mediaType: MEDIA_TYPE, content: JSON.stringify(sorted) }
}

/** The files of a question out of a bundle; null when the part holds none. Nothing in it is found right yet. */
export function questionIn({ kind, id, content }: Part): QuestionFolder | null {
  if (kind !== 'question') return null
  try {
    const files = parseJson(content)
    if (!isObject(files) || !Object.values(files).every((text) => typeof text === 'string')) return null
    return { name: id, files: files as Record<string, string> }
  } catch {
    return null
  }
}

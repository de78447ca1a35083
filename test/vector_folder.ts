import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readTypes } from '@symbolon/command-line/folders'
import { type Anchors, parseTrust, prepareAnchors } from '@symbolon/credential'
import { primitives as node } from '@symbolon/primitives/node'
import { primitives as web } from '@symbolon/primitives/web'
import type { Primitives } from '@symbolon/sd-jwt'

/** Both sets of primitives: a vector is the same on either. */
export const PRIMITIVES: readonly [string, Primitives][] = [
  ['node', node],
  ['web', web],
]

/** A folder of test/vectors: a file for each vector, and `shared/` with what several of them need. */
export function vectorFolder<Vector>(name: string) {
  const folder = join(import.meta.dirname, 'vectors', name)
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
  const entries = readdirSync(folder)
  const files = entries.filter((file) => file.endsWith('.json'))
  return {
    read,
    files,
    others: entries.filter((file) => !files.includes(file)),
    vectors: files.map((file): Vector => JSON.parse(read(file))),
    /** The trust files of `shared/` made ready, each once. */
    anchorsBy(primitives: Primitives): (trust: string) => Promise<Anchors> {
      const prepared = new Map<string, Promise<Anchors>>()
      return (trust) => {
        const anchors = prepared.get(trust) ?? prepareAnchors(parseTrust(read(`shared/${trust}.json`)), primitives)
        prepared.set(trust, anchors)
        return anchors
      }
    },
  }
}

/** The types of this repository, by their identifier. */
export const TYPES = new Map(readTypes(join(import.meta.dirname, '../specs/credentials')).types.map((type) => [type.vct, type]))

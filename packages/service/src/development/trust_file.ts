import { existsSync, readFileSync } from 'node:fs'
import { writePrivately } from '../files.ts'
import { ANCHORS, developmentAnchor } from './authority.ts'

/** One entry of trust.json as it is written (README, Trust). */
interface Entry {
  name: string
  certificate: string
  for: string
  types: string[]
}

/**
 * Writes a trust file that names the development authority of a home for these types (`vct`), when there is none.
 *
 * In one that is there, only the types of our own entries are brought up to date: an entry somebody removed stays removed.
 */
export function developmentTrust(path: string, home: string, types: readonly string[]): void {
  const ours = ANCHORS.map((purpose) => ({
    name: `development authority for ${purpose}`,
    certificate: developmentAnchor(home, purpose).raw.toString('base64'),
    for: purpose,
    types: [...types],
  }))
  const written = existsSync(path) ? read(path) : ours
  // What is no list is for whoever reads the trust file to refuse.
  if (!Array.isArray(written)) return
  const entries: unknown[] = written.map((entry) => ours.find((own) => isSame(own, entry)) ?? entry)
  if (written === ours || JSON.stringify(entries) !== JSON.stringify(written)) {
    writePrivately(path, `${JSON.stringify(entries, null, 2)}\n`)
  }
}

/** The JSON of a file; undefined when it is none. */
function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

const isSame = (own: Entry, entry: unknown): boolean =>
  typeof entry === 'object' &&
  entry !== null &&
  'certificate' in entry &&
  entry.certificate === own.certificate &&
  'for' in entry &&
  entry.for === own.for

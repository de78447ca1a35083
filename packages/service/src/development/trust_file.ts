import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { writePrivately } from '../files.ts'
import { ANCHORS, type AnchorPurpose, developmentAnchor, developmentFolder } from './authority.ts'

/** One entry of trust.json as it is written (README, Trust). */
interface Entry {
  name: string
  certificate: string
  for: AnchorPurpose
  types: string[]
}

/**
 * Writes a trust file that names the development authority of a home for these types (`vct`), when there is none; bundles may also speak of types that another
 * identity than its certificates signs.
 *
 * In one that is there, the types of our own entries are brought up to date, and an authority is added that is younger than the file: it cannot have stood there
 * before. An entry somebody removed stays removed.
 */
export function developmentTrust(path: string, home: string, types: readonly string[], bundled: readonly string[] = types): void {
  const ours = ANCHORS.map((purpose) => ({
    name: `development authority for ${purpose}`,
    certificate: developmentAnchor(home, purpose).raw.toString('base64'),
    for: purpose,
    types: [...(purpose === 'bundle' ? bundled : types)],
  }))
  const written = existsSync(path) ? read(path) : ours
  // What is no list is for whoever reads the trust file to refuse.
  if (!Array.isArray(written)) return
  const entries: unknown[] = written.map((entry) => ours.find((own) => isSame(own, entry)) ?? entry)
  if (written !== ours) entries.push(...ours.filter((own) => isYounger(home, own.for, path) && !entries.includes(own)))
  if (written === ours || JSON.stringify(entries) !== JSON.stringify(written)) {
    writePrivately(path, `${JSON.stringify(entries, null, 2)}\n`)
  }
}

const isYounger = (home: string, purpose: AnchorPurpose, path: string): boolean =>
  statSync(join(developmentFolder(home), purpose, 'authority.pem')).mtimeMs > statSync(path).mtimeMs

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

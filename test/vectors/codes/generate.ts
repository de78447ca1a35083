/**
 * Makes the vectors of this folder: one file, one fault. Run by hand, `node test/vectors/codes/generate.ts`; always all of them, for those with a
 * fault are made of those that are right. Tests read the files only.
 *
 * Keys and certificates stay what they are (`shared/pki.json`, and that of the presentations); salts and signatures are other ones at every run.
 */
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import * as bundles from './making/bundles.ts'
import * as challenge from './making/challenge.ts'
import * as challengePacked from './making/challenge_packed.ts'
import { asker, bundle, contents, kinds, party } from './making/flow.ts'
import * as marks from './making/marks.ts'
import * as merged from './making/merged.ts'
import * as shown from './making/shown.ts'
import * as signer from './making/signer.ts'
import * as text from './making/text.ts'
import { valid } from './making/valid.ts'
import { grant, type Wishes } from './making/wish.ts'

const wishes: Wishes = Object.assign(
  {},
  valid,
  ...[text, marks, shown, signer, challenge, challengePacked, bundles, merged].flatMap((groups) => Object.values(groups)),
)

const anchor = (purpose: 'credential' | 'status' | 'bundle', of: readonly string[]) => ({
  name: `Test authority for ${purpose}`,
  for: purpose,
  types: of,
  certificate: party(`${purpose}_ca`).x5c[0],
})
const types = kinds.map(({ type }) => type.vct)
const [, ...withoutStatute] = types
const desks = { name: 'Test authority for access', for: 'access', certificate: asker('access_ca').x5c[0] }
const shared = {
  bundle: await bundle(contents),
  trust: [anchor('credential', types), anchor('status', types), anchor('bundle', types), desks],
  'trust-credentials-of-others': [anchor('credential', withoutStatute), anchor('status', types), anchor('bundle', types), desks],
  'trust-bundle-of-others': [anchor('credential', types), anchor('status', types), anchor('bundle', withoutStatute), desks],
  'trust-no-desk': [anchor('credential', types), anchor('status', types), anchor('bundle', types)],
}

const write = (name: string, value: unknown): void => {
  writeFileSync(new URL(`${name}.json`, import.meta.url), `${JSON.stringify(value, null, 1)}\n`)
}
for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'))) rmSync(new URL(file, import.meta.url))
for (const [name, value] of Object.entries(shared)) write(`shared/${name}`, value)
for (const [fault, wish] of Object.entries(wishes)) write(fault, grant(fault, wish, wishes))
console.log(`${Object.keys(wishes).length} vectors`)

/**
 * Makes the vectors of this folder: one file, one fault. Run by hand, `node test/vectors/presentations/generate.ts [FAULT...]`:
 * all of them, or those that are named. Tests read the files only.
 *
 * Keys and certificates stay what they are (`shared/pki.json`); salts and signatures are other ones at every run.
 */
import { writeFileSync } from 'node:fs'
import { bindings, contract } from './making/binding.ts'
import { bundles, shared, types } from './making/bundle.ts'
import { envelopes } from './making/envelope.ts'
import { party } from './making/flow.ts'
import { algorithms, metadata, signatures, signers } from './making/signer.ts'
import { statuses } from './making/status.ts'
import { disclosures, texts } from './making/structure.ts'
import { integrities, layers, rules, times } from './making/type.ts'
import { grant, type Wishes } from './making/wish.ts'

const groups: readonly Wishes[] = [
  contract, bindings, disclosures, texts, envelopes, signatures, algorithms, signers, metadata, integrities, rules, layers, times, statuses, bundles,
]

const anchor = (purpose: 'credential' | 'status' | 'bundle', of: readonly string[] | null = types) => ({
  name: `Test authority for ${purpose}`,
  for: purpose,
  ...(of !== null && { types: of }),
  certificate: party(`${purpose}_ca`).x5c[0],
})
const statuteOnly = types.slice(1)
const trust = {
  trust: [anchor('credential'), anchor('status'), anchor('bundle')],
  'trust-of-any-type': [anchor('credential', null), anchor('status', null), anchor('bundle', null)],
  'trust-credentials-of-statute': [anchor('credential', statuteOnly), anchor('status'), anchor('bundle')],
  'trust-bundle-of-statute': [anchor('credential'), anchor('status'), anchor('bundle', statuteOnly)],
  'trust-bundle-and-status': [anchor('status'), anchor('bundle')],
  'trust-published-key': [
    { name: 'Test issuer with a bare key', for: 'credential', jwk: party('published_key').jwk },
    anchor('status'),
    anchor('bundle'),
  ],
  'trust-nobody': [],
}

const wanted = process.argv.slice(2)
const write = (name: string, value: unknown): void => {
  writeFileSync(new URL(`${name}.json`, import.meta.url), `${JSON.stringify(value, null, 1)}\n`)
}

if (wanted.length === 0) {
  for (const [name, value] of Object.entries({ ...shared, ...trust })) write(`shared/${name}`, value)
}
let written = 0
for (const group of groups) {
  for (const [fault, wish] of Object.entries(group)) {
    if (wanted.length > 0 && !wanted.includes(fault)) continue
    write(fault, await grant(fault, wish))
    written++
  }
}
console.log(`${written} vectors`)

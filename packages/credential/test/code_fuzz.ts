import { randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { primitives } from '@symbolon/primitives/node'
import { base45 } from '../src/code/base45.ts'
import { packCode, unpackCode } from '../src/code/index.ts'
import { CredentialError } from '../src/errors.ts'
import { check, issue, show } from './presentation_fixture.ts'

// A program of its own, run by code.test.ts: what a test runner holds beside it must not be counted as what a code costs.

const ROUNDS = 10_000
const shown = await show(await issue(), [['name']])
const bytes = base45.decode((await packCode(shown, primitives)).slice(4))
const bomb = deflateRawSync(Buffer.alloc(3_000_000), { level: 9 })
// Not what the system says was the most: that counts whoever started this program too.
const started = process.memoryUsage.rss()
let most = started

/** A copy of a true code with something changed, by each way in turn. */
const CHANGES: readonly ((copy: Uint8Array, at: number, random: Buffer) => Uint8Array)[] = [
  (copy, at, random) => copy.fill((copy[at] ?? 0) ^ (1 << ((random[4] ?? 0) % 8)), at, at + 1),
  (copy, at, random) => copy.copyWithin(at, random.readUInt32LE(4) % copy.length),
  (copy, at) => copy.map((byte, place) => (place < at || place >= at + 16 ? byte : (randomBytes(1)[0] ?? 0))),
  (_, __, random) => Uint8Array.from([1, 0, ...randomBytes(random[4] ?? 0)]),
]
/** A thousand times as long when it is inflated, by whoever lets it; cut anywhere. */
const bombOf = (length: number): Uint8Array => Uint8Array.from([1, 0, (length & 127) | 128, length >> 7, ...bomb.subarray(0, length)])

const found = { unpacked: 0, refused: 0, passed: 0, crashed: 0 }
for (let round = 0; round < ROUNDS; round++) {
  const random = randomBytes(8)
  const at = random.readUInt32LE(0)
  const change = CHANGES[round % (CHANGES.length + 1)]
  const code = `SY1:${base45.encode(change?.(Uint8Array.from(bytes), at % bytes.length, random) ?? bombOf(500 + (at % 1500)))}`
  try {
    const text = await unpackCode(code, primitives)
    found.unpacked++
    // What was signed may be written in several ways, and is then as true as before.
    if (text !== shown && (await check(text)).outcome === 'pass') found.passed++
  } catch (error) {
    if (error instanceof CredentialError) found.refused++
    else {
      console.error(error)
      found.crashed++
    }
  }
  most = Math.max(most, process.memoryUsage.rss())
}
console.log(JSON.stringify({ ...found, megabytes: (most - started) / 2 ** 20 }))

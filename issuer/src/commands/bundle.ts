import { verb, writeAtomically } from '@symbolon/command-line'
import { parseManifest, readBundleDocument } from '@symbolon/credential'
import { client } from '../client.ts'
import { commandSettings } from '../config.ts'

/** `bundle`: the signed evidence that a verifier without a network works with. */
export const bundle = verb({
  name: 'bundle',
  summary: 'fetches the offline bundle of a running issuer',
  usage: 'FILE',
  example: 'symbolon-issuer bundle bundle.json',
  options: {},
  operands: [1, 1],
  async run({ options, operands: [path = ''] }) {
    const text = await client(commandSettings(options)).text('/bundle')
    const { manifest } = parseManifest(readBundleDocument(text).manifest)
    await writeAtomically(path, text, 0o644)
    const valid_until = new Date(manifest.validUntil * 1000).toISOString()
    const data = { file: path, issuer: manifest.issuer, parts: manifest.entries.length, valid_until }
    return { data, text: `${path}: ${data.parts} parts of ${data.issuer}, good until ${valid_until}` }
  },
})

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verb } from '@symbolon/command-line'
import { formatOf } from '@symbolon/credential'
import { SettingsError } from '@symbolon/service'
import { openBricks } from '../bricks.ts'
import { commandSettings, syntheticSource } from '../config.ts'
import { whyNot } from '../ebsi/ebsi_identity.ts'
import { missingRoots } from '../keys.ts'
import { syntheticPersons } from '../synthetic.ts'

/** `check`: credential types and sources, with everything that is wrong at once. */
export const check = verb({
  name: 'check',
  summary: 'checks the credential types and the sources, and names every fault',
  usage: '',
  example: 'symbolon-issuer check',
  options: {},
  notes:
    'Exit code 78 when something is wrong, also when the trust file names no root for a type that is issued under the identity on EBSI. Where the connections are the synthetic ones of development, queries are tried on synthetic persons.',
  async run({ options }) {
    const settings = commandSettings(options)
    const folder = await mkdtemp(join(tmpdir(), 'symbolon-check-'))
    try {
      const isSynthetic = settings.connections.synthetic === syntheticSource(settings.home)
      const connections = isSynthetic ? { ...settings.connections, synthetic: join(folder, 'source.sqlite') } : settings.connections
      if (isSynthetic) syntheticPersons(join(folder, 'source.sqlite'), Math.floor(Date.now() / 1000))
      const bricks = openBricks({ ...settings, connections })
      for (const { source } of bricks) source.close()
      const names = bricks.map(({ type }) => type.name)
      const unissued = bricks.flatMap(({ type }) => {
        const why = formatOf(type).signedBy === 'did' ? whyNot(settings.ebsiFolder, type, Math.floor(Date.now() / 1000)) : null
        return why === null ? [] : { type: type.name, why }
      })
      const issuedByDid = bricks.flatMap(({ type }) =>
        formatOf(type).signedBy === 'did' && !unissued.some((one) => one.type === type.name) ? [type] : [],
      )
      const missing = await missingRoots(settings, issuedByDid)
      if (missing.length > 0) throw new SettingsError(missing)
      const lines = [`nothing is wrong with ${names.join(', ')}`, ...unissued.map(({ type, why }) => `${type} is not issued: ${why}`)]
      return { data: { types: names, not_issued: unissued }, text: lines.join('\n') }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
})

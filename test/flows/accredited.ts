import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '@symbolon/sd-jwt'
import { vi } from 'vitest'
import { runProgram } from '../demo/programs.ts'
import { type EbsiRegistry, startEbsiRegistry } from '../ebsi_registry/start.ts'
import { expectDone, type Said, said } from './citizen.ts'
import type { Setting } from './setting.ts'

export const PDA1_EBSI = 'pda1-ebsi'
export const PDA1_TYPE = 'VerifiablePortableDocumentA1'

/** A setting whose issuer has an identity on a double of EBSI's registries. */
export interface Accredited {
  readonly registry: EbsiRegistry
  readonly did: string
  /** The attribute that it was accredited by. */
  readonly attributeId: string
  /** `symbolon-issuer keys ebsi ...`. */
  keys(parameters: readonly string[], input?: string): Promise<Said>
  /** Fetches the issuer's bundle and the registry's records, and merges them; answers the text. */
  bundle(): Promise<string>
  close(): Promise<void>
}

/** Gives the issuer of a setting its identity, step by step as an institution does: created, onboarded, accredited, its root trusted. */
export async function accredit(setting: Setting): Promise<Accredited> {
  const registry = await startEbsiRegistry({ bootstrap: { tao: true } })
  vi.stubEnv('SYMBOLON_EBSI_REGISTRIES', `double=${registry.origin}`)
  const environment = { HOME: setting.home, LANG: 'en', SYMBOLON_HOME: setting.home }
  const keys: Accredited['keys'] = async (parameters, input = '') =>
    said(await runProgram('symbolon-issuer', ['keys', 'ebsi', ...parameters, '--json'], { environment, input }), setting)
  const { did } = expectDone(await keys(['create', '--registry', registry.origin])) as { did: string }
  expectDone(await keys(['create', '--onboarding', '-'], registry.onboard(did)))
  const { attributeId, credential } = await registry.accredit({ did })
  expectDone(await keys(['accredit', '-'], credential))
  trustRoot(setting, registry)
  await setting.restart()

  const key = join(setting.home, 'development-authority', 'bundle', 'signer.pem')
  const folder = setting.folder('institution')
  const verifier = async (parameters: readonly string[]) =>
    expectDone(
      said(
        await runProgram('symbolon-verifier', [...parameters, '--trust', setting.trustFile, '--home', folder, '--json'], { environment }),
        setting,
      ),
    )
  return {
    ...{ registry, did, attributeId, keys },
    async bundle() {
      const { root } = registry
      const [issuer, records, merged] = ['issuer.json', 'registry.json', 'merged.json'].map((name) => join(folder, name)) as [
        string,
        string,
        string,
      ]
      await verifier(['bundle', 'fetch', `${setting.url}/bundle`, '--out', issuer])
      await verifier(['bundle', 'fetch', '--ebsi', registry.origin, '--root', root.did, '--key', key, '--out', records])
      await verifier(['bundle', 'merge', issuer, records, '--key', key, '--issuer', 'https://institution.example', '--out', merged])
      return readFileSync(merged, 'utf8')
    },
    async close() {
      vi.unstubAllEnvs()
      await registry.close()
    },
  }
}

/** The root among those whom the setting trusts, for PDA1 alone. */
function trustRoot({ trustFile }: Setting, { root }: EbsiRegistry): void {
  const entries: JsonObject[] = JSON.parse(readFileSync(trustFile, 'utf8'))
  entries.push({ name: 'the root of the double', for: 'credential', types: [PDA1_TYPE], did: root.did })
  writeFileSync(trustFile, JSON.stringify(entries))
}

import { afterAll } from 'vitest'
import { type Newcomer, newcomer } from './newcomer.ts'
import { type Authority, type EbsiRegistry, type Options, startEbsiRegistry } from './start.ts'

/** A double for the tests of one file, with a TAO and a TI; closed after the last. */
export async function openWorld(options: Options = {}): Promise<EbsiRegistry & { tao: Authority; ti: Authority; outsider: Newcomer }> {
  const registry = await startEbsiRegistry({ bootstrap: { tao: true, ti: true }, ...options })
  afterAll(() => registry.close())
  const { tao, ti } = registry
  if (tao === null || ti === null) throw new TypeError('the world has a TAO and a TI')
  return Object.assign(registry, { tao, ti, outsider: newcomer(registry.origin) })
}

import { ProtocolError } from '@symbolon/openid4vc'
import { openStore } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { claimedNonce, purgeOnce, spending } from '../src/once.ts'
import { MIGRATIONS } from '../src/schema.ts'
import { seconds } from './fixture.ts'

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    test('RFC 9449 11.1: a process whose clock is ahead does not make good again what is still young for another', async () => {
      const store = await openStore(await make(), MIGRATIONS)
      const once = { value: 'a nonce', expires: seconds() }
      const use = () => spending(store, [claimedNonce(once)], async () => 'used').catch((error: unknown) => error)
      expect(await use()).toBe('used')
      await store.transaction((tx) => purgeOnce(tx, once.expires + 60))
      expect(await use()).toBeInstanceOf(ProtocolError)
      await store.transaction((tx) => purgeOnce(tx, once.expires + 61))
      expect(await use()).toBe('used')
      await store.close()
    })
  })
}

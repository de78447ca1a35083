import { openStore } from '@symbolon/service'
import { describe, expect, test } from 'vitest'
import { DATABASES } from '../../test/databases.ts'
import { openAuthorizations } from '../src/authorizations.ts'
import { openOffers } from '../src/offers.ts'
import { MIGRATIONS } from '../src/schema.ts'
import { digestOf, openSecrets } from '../src/secrets.ts'
import { LOTTE, randomText, seconds } from './fixture.ts'

for (const { title, there, make } of DATABASES) {
  describe.runIf(there)(title, () => {
    test('what was written by the first version is still there: offers, tokens, issuances, and every index that was given', async () => {
      const url = await make()
      const secrets = openSecrets(randomText())
      const now = seconds()
      const old = await openStore(url, MIGRATIONS.slice(0, 1))
      const offers = [
        ['open', 'open', null],
        ['redeemed', 'redeemed', null],
        ['issued', 'issued', 'issuance'],
        ['withdrawn', 'withdrawn', null],
        ['blocked', 'blocked', null],
      ] as const
      await old.run(
        "insert into issuances (id, type, subject, status, copies, issued_at, expires_at) values ('issuance', 'ehic', 'x', 1, 2, $1, $2)",
        now,
        now + 9,
      )
      for (const [id, state, issuance] of offers) {
        await old.run(
          `insert into offers (id, type, subject, code_hash, tx_code_hash, attempts, state, copies, issuance_id, created_at, expires_at)
           values ($1, 'ehic', $2, $3, null, 0, $4, 0, $5, $6, $7)`,
          id,
          state === 'withdrawn' || state === 'blocked' ? null : secrets.seal(id, LOTTE),
          digestOf(`code of ${id}`),
          state,
          issuance,
          now,
          now + 600,
        )
        const token = digestOf(`token of ${id}`)
        await old.run('insert into tokens (hash, offer_id, expires_at) values ($1, $2, $3)', token, id, now + 300)
      }
      await old.run(
        "insert into status_lists (id, uri, bits, size, is_open, version, created_at) values ('list', 'https://a', 1, 8, 1, 0, $1)",
        now,
      )
      for (const index of [3, 5])
        await old.run("insert into copies (list_id, list_index, issuance_id) values ('list', $1, 'issuance')", index)
      await old.close()

      const store = await openStore(url, MIGRATIONS)
      try {
        const authorizations = openAuthorizations(store, secrets, seconds)
        for (const id of ['redeemed', 'issued']) {
          const access = await authorizations.accessOf(`token of ${id}`)
          expect([access.authorizationId, access.subject]).toEqual([id, LOTTE])
          expect(access.types).toEqual([{ type: 'ehic', issuanceId: id === 'issued' ? 'issuance' : id, identifier: undefined }])
        }
        await expect(authorizations.accessOf('token of withdrawn')).rejects.toThrow('invalid_token')
        const known = openOffers(store, secrets, authorizations, { offerLife: 600 }, seconds)
        for (const [id, state, issuanceId] of offers) {
          expect(await known.find(id)).toMatchObject({ id, state, issuanceId })
          expect(await store.get('select id from offers where code_hash = $1', digestOf(`code of ${id}`))).toEqual({ id })
        }
        expect(await store.all('select id from offers where subject is not null')).toEqual([{ id: 'open' }])
        const copies = await store.all(
          `select list_index, copies.issuance_id as id, state from copies
           join deliveries on deliveries.issuance_id = copies.issuance_id and number = delivery order by list_index`,
        )
        expect(copies).toEqual([3, 5].map((list_index) => ({ list_index, id: 'issuance', state: 'accepted' })))
        expect(await store.get('select authorization_id, deliveries from issuances')).toEqual({ authorization_id: 'issued', deliveries: 1 })
      } finally {
        await store.close()
      }
    })
  })
}

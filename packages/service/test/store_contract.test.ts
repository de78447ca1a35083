import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { POSTGRES, SQLITE } from '../../../test/databases.ts'
import { openStore, type Store } from '../src/index.ts'

const COUNTER = [['create table counter (id text primary key, n bigint not null)', "insert into counter values ('a', 0)"]]
const open: Store[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((store) => store.close()))
})

/** Opens a database, and closes it after the test. */
async function opened(url: string, migrations: readonly (readonly string[])[] = COUNTER): Promise<Store> {
  const store = await openStore(url, migrations)
  open.push(store)
  return store
}

const versions = (store: Store) => store.all('select version from schema_version order by version')
const count = async (store: Store) => (await store.get('select n from counter'))?.n
const pause = () => sleep(Math.random() * 5)
const times = <T>(number: number, action: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: number }, (_, index) => action(index)))

for (const { title, there, make } of [SQLITE, POSTGRES]) {
  describe.runIf(there)(title, () => {
    describe('the schema', () => {
      test('moves forward once, however many open the database at the same moment', async () => {
        const url = await make()
        const stores = await times(8, () => opened(url))
        for (const store of stores) expect(await versions(store)).toEqual([{ version: 1 }])
        await times(4, () => opened(url, [...COUNTER, ['create table more (id text)']]))
        expect(await versions(stores[0] as Store)).toEqual([{ version: 1 }, { version: 2 }])
      })

      test('stays as it was when a migration breaks off', async () => {
        const url = await make()
        await opened(url)
        await expect(openStore(url, [...COUNTER, ['create table half (id text)', 'create tabel x']])).rejects.toThrow()
        const store = await opened(url)
        expect(await versions(store)).toEqual([{ version: 1 }])
        await expect(store.get('select * from half')).rejects.toThrow(/half/)
      })

      test('of a newer version is refused', async () => {
        const url = await make()
        await opened(url, [...COUNTER, ['create table more (id text)']])
        const refused = openStore(url, COUNTER)
        await expect(refused).rejects.toThrow(/newer version \(schema 2, this one knows 1\)/)
        await expect(refused).rejects.toHaveProperty('name', 'SettingsError')
      })
    })

    describe('values', () => {
      const VALUES = [['create table val (id text primary key, whole bigint, part double precision, note text)']]

      test('come back as they went in', async () => {
        const store = await opened(await make(), VALUES)
        const note = 'Zoë, \'quoted\' $1 -- ; \\ \n 🙂 {"a":[true]}'
        await store.run('insert into val (id, whole, part, note) values ($1, $2, $3, $4)', 'a', Number.MAX_SAFE_INTEGER, 0.1, note)
        await store.run('insert into val (id, whole, part, note) values ($1, $2, $3, $4)', 'b', -1_800_000_000_000, null, null)
        expect(await store.all('select * from val order by id')).toEqual([
          { id: 'a', whole: Number.MAX_SAFE_INTEGER, part: 0.1, note },
          { id: 'b', whole: -1_800_000_000_000, part: null, note: null },
        ])
        expect(await store.get('select count(*) as n, sum(whole) as total from val where id = $1', 'b')).toEqual({
          n: 1,
          total: -1_800_000_000_000,
        })
      })

      test('a whole number that would lose digits is an error, not another number', async () => {
        const store = await opened(await make(), [...VALUES, ["insert into val (id, whole) values ('a', 9007199254740993)"]])
        await expect(store.get('select whole from val')).rejects.toThrow(/too large/)
        expect(await store.get('select id from val')).toEqual({ id: 'a' })
      })

      test('a parameter used twice and out of order is bound by its number', async () => {
        const store = await opened(await make())
        expect(await store.get('select $2 as b, $1 as a, $2 as c', 'one', 'two')).toEqual({ b: 'two', a: 'one', c: 'two' })
      })

      test('no row is undefined, many rows are given whole, changed rows are counted', async () => {
        const store = await opened(await make())
        expect(await store.get('select n from counter where id = $1', 'x')).toBeUndefined()
        expect(await store.all('select n from counter where id = $1', 'x')).toEqual([])
        expect(await store.run("insert into counter (id, n) values ('b', 1), ('c', 2)")).toBe(2)
        expect(await store.get("update counter set n = n + 1 where id = 'c' returning n")).toEqual({ n: 3 })
        expect(await store.run("insert into counter (id, n) values ('b', 1) on conflict do nothing")).toBe(0)
        expect(await store.run("update counter set n = 9 where id = 'x'")).toBe(0)
      })
    })

    describe('a transaction', () => {
      test('that throws changes nothing', async () => {
        const store = await opened(await make())
        const failing = store.transaction(async (tx) => {
          await tx.run('update counter set n = 5')
          throw new Error('stop')
        })
        await expect(failing).rejects.toThrow('stop')
        expect(await count(store)).toBe(0)
      })

      test('in which a statement failed changes nothing, also when its error was caught', async () => {
        const store = await opened(await make())
        const failing = store.transaction(async (tx) => {
          await tx.run('update counter set n = 5')
          await tx.run("insert into counter (id, n) values ('a', 1)").catch(() => undefined)
          return 'all is well'
        })
        await expect(failing).rejects.toThrow(/unique/i)
        expect(await count(store)).toBe(0)
        await store.transaction((tx) => tx.run('update counter set n = 6'))
        expect(await count(store)).toBe(6)
      })

      test('reads what it wrote; nobody else does before its end', async () => {
        const url = await make()
        const [one, two] = [await opened(url), await opened(url)]
        const seen = await one.transaction(async (tx) => {
          await tx.run('update counter set n = 7')
          return [(await tx.get('select n from counter'))?.n, await count(two)]
        })
        expect(seen).toEqual([7, 0])
        expect(await count(two)).toBe(7)
      })

      test('of a hundred at once over three connections, each reading and then writing, none is lost and nothing between is seen', async () => {
        const url = await make()
        const stores = await times(3, () => opened(url))
        const seen: unknown[] = []
        await times(100, async (at) => {
          const store = stores[at % 3] as Store
          await store.transaction(async (tx) => {
            const row = await tx.get('select n from counter')
            await tx.run('update counter set n = -1')
            await new Promise((resolve) => setImmediate(resolve))
            await tx.run('update counter set n = $1', Number(row?.n) + 1)
          })
          seen.push(await count(store))
        })
        expect(await count(stores[0] as Store)).toBe(100)
        expect(seen).not.toContain(-1)
      })

      test('that decides by rows another one adds at the same moment decides as if alone', async () => {
        const url = await make()
        const stores = await times(3, () => opened(url, [['create table seats (taken_by text primary key)']]))
        const taken = await times(12, (at) =>
          (stores[at % 3] as Store).transaction(async (tx) => {
            const { n } = (await tx.get('select count(*) as n from seats')) ?? {}
            await pause()
            if (Number(n) >= 4) return 0
            return tx.run('insert into seats (taken_by) values ($1)', `guest ${at}`)
          }),
        )
        expect(taken.filter((one) => one === 1)).toHaveLength(4)
        expect(await (stores[0] as Store).get('select count(*) as n from seats')).toEqual({ n: 4 })
      })
    })

    describe('one statement', () => {
      test('that asks for a state and changes it succeeds once among many', async () => {
        const url = await make()
        const stores = await times(3, () => opened(url))
        const changed = await times(30, (at) => (stores[at % 3] as Store).run("update counter set n = 1 where id = 'a' and n = 0"))
        expect(changed.filter((one) => one === 1)).toHaveLength(1)
      })

      test('that inserts a key succeeds once among many', async () => {
        const url = await make()
        const stores = await times(3, () => opened(url))
        const insert = "insert into counter (id, n) values ('once', $1) on conflict do nothing"
        const inserted = await times(30, (at) => (stores[at % 3] as Store).run(insert, at))
        expect(inserted.filter((one) => one === 1)).toHaveLength(1)
      })

      test('that counts loses no step', async () => {
        const url = await make()
        const stores = await times(3, () => opened(url))
        const left = await times(60, (at) => (stores[at % 3] as Store).get('update counter set n = n + 1 where n < 40 returning n'))
        expect(left.filter((row) => row === undefined)).toHaveLength(20)
        expect(new Set(left.map((row) => row?.n)).size).toBe(41)
      })
    })

    test('transactions that take two rows in opposite order all come to their end', async () => {
      const url = await make()
      const [one, two] = [await opened(url), await opened(url)]
      await one.run("insert into counter (id, n) values ('b', 0)")
      const both = (store: Store, ids: string[]) =>
        store.transaction(async (tx) => {
          for (const id of ids) {
            await tx.run('update counter set n = n + 1 where id = $1', id)
            await pause()
          }
        })
      await times(4, (at) => (at % 2 === 0 ? both(one, ['a', 'b']) : both(two, ['b', 'a'])))
      expect(await two.all('select n from counter order by id')).toEqual([{ n: 4 }, { n: 4 }])
    })

    test('closing twice is closing once, and nothing is asked afterwards', async () => {
      const store = await openStore(await make(), COUNTER)
      await store.close()
      await store.close()
      await expect(store.get('select n from counter')).rejects.toThrow()
    })
  })
}

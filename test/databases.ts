import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inject } from 'vitest'

/** A kind of database that tests run on. */
export interface Database {
  readonly title: string
  /** Whether it is on this machine; the title says how to get it otherwise. */
  readonly there: boolean
  /** Makes an empty database; answers its URL. */
  make(): Promise<string>
}

const postgres = inject('postgres')

export const SQLITE: Database = {
  title: 'SQLite',
  there: true,
  make: async () => pathToFileURL(join(mkdtempSync(join(tmpdir(), 'symbolon-store-')), 'x.sqlite')).href,
}

export const POSTGRES: Database = {
  ...postgres,
  async make() {
    const response = await fetch(postgres.address, { method: 'POST' })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text
  },
}

/** Every kind our services run on. */
export const DATABASES: readonly Database[] = [SQLITE, POSTGRES]

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'

/** The settings that say whether https connections trust the local authority of development. */
export interface ConnectionSettings {
  readonly SYMBOLON_ENV?: string | undefined
  readonly SYMBOLON_HOME?: string | undefined
  readonly SYMBOLON_TLS?: string | undefined
}

/**
 * Lets the https connections of this process trust the local authority of a development home too; answers whether they do.
 *
 * Only where SYMBOLON_TLS is `dev`, in development, and only the authority in the data folder that SYMBOLON_HOME names.
 */
export function trustLocalAuthority({ SYMBOLON_ENV, SYMBOLON_HOME, SYMBOLON_TLS }: ConnectionSettings): boolean {
  if (SYMBOLON_TLS !== 'dev' || (SYMBOLON_ENV || 'development') !== 'development' || !SYMBOLON_HOME) return false
  const path = join(SYMBOLON_HOME, 'development-authority', 'tls', 'authority.crt')
  if (!existsSync(path)) return false
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(path, 'utf8')])
  return true
}

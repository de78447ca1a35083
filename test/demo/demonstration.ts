import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { trustLocalAuthority } from '@symbolon/command-line'
import { issuerSettings, type RunningIssuer, startIssuer } from '@symbolon/issuer'
import { openLog, privateFolder, secretFile } from '@symbolon/service'
import { walk } from './walk.ts'

/** A demonstration that has been walked through; its issuer is still up. */
export interface Demonstration extends Pick<RunningIssuer, 'url' | 'close'> {
  readonly home: string
}

/**
 * Starts an issuer on the synthetic source as the environment says, and walks one citizen through the whole story.
 *
 * The issuer's log goes to a file of the home. Throws, with the issuer closed, when a step fails.
 */
export async function demonstrate(environment: NodeJS.ProcessEnv, say: (line: string) => void): Promise<Demonstration> {
  const settings = issuerSettings(environment)
  const { home } = settings
  const lines = createWriteStream(join(privateFolder(join(home, 'issuer')), 'issuer.log'), { flags: 'a', mode: 0o600 })
  const issuer = await startIssuer(settings, { log: openLog('issuer', settings.logLevel, lines) })
  trustLocalAuthority({ SYMBOLON_ENV: settings.mode, SYMBOLON_HOME: home, SYMBOLON_TLS: settings.tls })
  const close = async (): Promise<void> => {
    await issuer.close()
    await new Promise((done) => lines.end(done))
  }
  try {
    const adminToken = settings.adminToken ?? secretFile(join(home, 'issuer', 'admin-token'))
    await walk({ url: issuer.url, home, adminToken, say })
    return { url: issuer.url, home, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What a person reads of a failure; no stack. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { trustLocalAuthority } from '@symbolon/command-line'
import { issuerSettings, startIssuer } from '@symbolon/issuer'
import { type Log, type LogLevel, openLog, privateFolder, secretFile } from '@symbolon/service'
import { startVerifier, verifierSettings } from '@symbolon/verifier/service'
import { type Place, walk } from './walk.ts'

/** A demonstration that has been walked through; its issuer and its verifier are still up. */
export interface Demonstration {
  readonly url: string
  readonly verifierUrl: string
  readonly home: string
  close(): Promise<void>
}

/** What a demonstration tells. */
export interface Told {
  /** What the programs must be told besides. */
  readonly environment: Readonly<Record<string, string>>
  /** Throws when anything is not as it should be. */
  walk(place: Place): Promise<void>
  close(): Promise<void>
}

/** A story that begins before the issuer is started, in its data folder. */
export type Story = (home: string, say: (line: string) => void) => Promise<Told>

/** One citizen, one desk, and no story before. */
const everyday: Story = async () => ({ environment: {}, walk, close: async () => undefined })

/**
 * Starts an issuer on the synthetic source and a verifier as the environment says, and walks through the story.
 *
 * Their logs go to files of the home. Throws, with both closed, when a step fails.
 */
export async function demonstrate(
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
  story: Story = everyday,
): Promise<Demonstration> {
  const { home } = issuerSettings(environment)
  const opened: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const undo of opened.splice(0).reverse()) await undo()
  }
  /** Starts one of the two, with a log in its folder. */
  const running = async <T extends { close(): Promise<void> }>(
    name: string,
    level: LogLevel,
    start: (log: Log) => Promise<T>,
  ): Promise<T> => {
    const lines = createWriteStream(join(privateFolder(join(home, name)), `${name}.log`), { flags: 'a', mode: 0o600 })
    opened.push(() => new Promise<void>((done) => lines.end(done)))
    const started = await start(openLog(name, level, lines))
    opened.push(() => started.close())
    return started
  }
  try {
    const told = await story(home, say)
    opened.push(() => told.close())
    const whole = { ...environment, ...told.environment }
    const [settings, asking] = [issuerSettings(whole), verifierSettings(whole)]
    const issuer = await running('issuer', settings.logLevel, (log) => startIssuer(settings, { log }))
    trustLocalAuthority({ SYMBOLON_ENV: settings.mode, SYMBOLON_HOME: home, SYMBOLON_TLS: settings.tls })
    const verifier = await running('verifier', asking.logLevel, (log) => startVerifier(asking, { log }))
    const adminToken = settings.adminToken ?? secretFile(join(home, 'issuer', 'admin-token'))
    const askingToken = secretFile(join(home, 'verifier', 'token'))
    await told.walk({ url: issuer.url, verifierUrl: verifier.url, home, adminToken, askingToken, say })
    return { url: issuer.url, verifierUrl: verifier.url, home, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** What a person reads of a failure; no stack. */
export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))

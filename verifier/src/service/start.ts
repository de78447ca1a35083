import { existsSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { loadTrust } from '@symbolon/command-line'
import { formatOf, prepareAnchors } from '@symbolon/credential'
import { primitives } from '@symbolon/primitives/node'
import {
  deriveKey,
  developmentSecret,
  developmentTls,
  developmentTrust,
  httpApp,
  type Log,
  listen,
  openLog,
  openMetrics,
  openStore,
  privateFolder,
  type Route,
} from '@symbolon/service'
import { mechanismsOf } from '../mechanisms.ts'
import { loadQuestions } from '../questions.ts'
import { loadTypes } from '../types.ts'
import { MOST_BODY } from './answering.ts'
import { explain, routes } from './app.ts'
import { developmentParties } from './development.ts'
import { type FetchText, openEvidence } from './evidence.ts'
import { fetchGuarded } from './guarded_fetch.ts'
import { openRegistryRecords } from './registry_records.ts'
import { openRelyingParties } from './relying_parties.ts'
import { openRequests } from './requests.ts'
import { MIGRATIONS } from './schema.ts'
import type { ServiceSettings } from './settings.ts'

/** A running verifier. */
export interface RunningVerifier {
  readonly url: string
  readonly port: number
  readonly routes: readonly Pick<Route, 'method' | 'path'>[]
  /** Finishes the requests that run and lets go of everything. */
  close(): Promise<void>
}

/** What a test or a demonstration may put in place of the clock (seconds since 1970), and of the log. */
export interface Surroundings {
  readonly now?: () => number
  readonly log?: Log
}

/** A list of half a million entries has far less; an answer that takes longer than this is none. */
const BOUNDS = { limit: 4 * 1024 * 1024, patience: 5_000 }
const TURN = 10_000

type Opened = (() => Promise<void> | void)[]

/** Starts a verifier and answers when it is ready. Throws `SettingsError` with all that is wrong; nothing stays open then. */
export async function startVerifier(settings: ServiceSettings, surroundings: Surroundings = {}): Promise<RunningVerifier> {
  const now = surroundings.now ?? (() => Math.floor(Date.now() / 1000))
  const log = surroundings.log ?? openLog('verifier', settings.logLevel)
  const certificate = settings.tls === undefined ? undefined : await developmentTls(settings.home, settings.url, now())
  const server = await listen(settings.host, settings.port, certificate, 'VERIFIER_PORT')
  const opened: Opened = []
  const close = async (): Promise<void> => {
    await server.close()
    for (const undo of opened.splice(0).reverse()) await undo()
  }
  try {
    const url = settings.url ?? `${settings.tls === undefined ? 'http' : 'https'}://localhost:${server.port}`
    const { table, listener } = await open(settings, url, { now, log }, opened)
    server.answerWith(listener)
    log.info({ url, port: server.port }, 'ready')
    return { url, port: server.port, routes: table, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  settings: ServiceSettings,
  url: string,
  { now, log }: Required<Surroundings>,
  opened: Opened,
): Promise<{ table: Route[]; listener: RequestListener }> {
  const folder = privateFolder(join(settings.home, 'verifier'))
  const secret = settings.secret ?? developmentSecret(join(folder, 'secret'))
  const types = loadTypes(settings.types)
  const questions = loadQuestions(types, settings.questions)
  const relyingParties = settings.relyingParties ?? (await developmentParties(settings.home, url, questions, now()))
  // Beside an issuer, the trust file is the one that it writes.
  if (settings.mode === 'development' && !existsSync(settings.trustFile)) {
    const certified = [...types.values()].filter((type) => formatOf(type).signedBy === 'certificates')
    developmentTrust(
      settings.trustFile,
      settings.home,
      certified.map(({ vct }) => vct),
      [...types.keys()],
    )
  }
  const parties = openRelyingParties(relyingParties, questions, { mode: settings.mode, now })
  const byId = new Map([...parties.values()].map((party) => [party.id, party]))
  const anchors = await prepareAnchors(await loadTrust(settings.trustFile), primitives)

  const store = await openStore(settings.databaseUrl, MIGRATIONS)
  opened.push(() => store.close())
  const requests = openRequests(store, deriveKey(secret, 'verifier', 'request'), now)
  const fetch: FetchText = (address) => fetchGuarded(address, { ...BOUNDS, networks: settings.privateNetworks })
  const mechanisms = mechanismsOf(settings.ebsi)
  const records = openRegistryRecords({
    registries: settings.ebsi.registries,
    fetch: (address, accept) => fetchGuarded(address, { ...BOUNDS, accept, networks: settings.privateNetworks }),
    ...{ now, log },
  })
  const evidence = openEvidence(store, { types, anchors, mechanisms, records, primitives, now, fetch, log })

  const metrics = openMetrics()
  const [asked, answers] = [
    metrics.counter('symbolon_asked_total', 'Requests by question', ['question']),
    metrics.counter('symbolon_answered_total', 'Answers by question and what they were', ['question', 'answer']),
  ]
  const table = routes({
    ...{
      url,
      parties,
      requests,
      questions,
      types,
      anchors,
      mechanisms,
      primitives,
      evidence,
      metrics,
      now,
      requestLife: settings.requestLife,
    },
    partyNamed: (id) => byId.get(id),
    counted: (question) => asked(question),
    answered: (question, answer) => answers(question, answer),
    ready: async () => (await store.get('select 1 as ready')) !== undefined,
  })

  const sweep = () =>
    Promise.all([requests.purge(), evidence.refresh(), records.refresh()]).catch((error: unknown) =>
      log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'sweeping failed'),
    )
  await sweep()
  const timer = setInterval(sweep, TURN)
  opened.push(() => clearInterval(timer))
  const secure = url.startsWith('https:') && settings.tls === undefined
  return { table, listener: httpApp({ routes: table, log, metrics, maxBody: MOST_BODY, secure, explain }) }
}

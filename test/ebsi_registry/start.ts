import { listen } from '@symbolon/service'
import { authorisation } from './authorisation.ts'
import {
  type Authorities,
  type Authority,
  accept,
  accredit,
  accreditorFor,
  type Bootstrap,
  bootstrap,
  giverOf,
  onboard,
  pda1,
  register,
  revoke,
} from './authorities.ts'
import type { DidDocument } from './did_entries.ts'
import { didRegistry } from './did_registry.ts'
import { doubleApi } from './double_api.ts'
import { type Faults, openFaults } from './faults.ts'
import { httpApp } from './http.ts'
import { createIdentity, type Identity, keyPair } from './identity.ts'
import { issuersRegistry } from './issuers_registry.ts'
import { registryWrites } from './jsonrpc.ts'
import { createLedger } from './ledger.ts'
import { ledgerApi } from './ledger_api.ts'
import { schemasRegistry } from './schemas_registry.ts'
import { type SeededAttribute, seedAttribute, seedDocument, seedSchema, seedVectors } from './seeds.ts'
import type { Settings, State } from './state.ts'
import type { AccreditedFor, Role } from './trust_credentials.ts'

export type { Authority, Bootstrap } from './authorities.ts'
export type { Fault, Faults } from './faults.ts'
export { createIdentity, type Identity, type KeyPair, signJwt } from './identity.ts'
export type { SeededAttribute } from './seeds.ts'
export { type AccreditedFor, attest, type Role } from './trust_credentials.ts'

export interface Options {
  /** Default 127.0.0.1. */
  readonly host?: string
  /** Default 0: any free one. */
  readonly port?: number
  /** Milliseconds since 1970, default the machine's clock; `setClock` changes it. */
  readonly now?: () => number
  readonly settings?: Partial<Settings>
  readonly bootstrap?: Bootstrap
  /** Default 0x181f. */
  readonly chainId?: number
}

/** A running double. */
export interface EbsiRegistry extends Authorities {
  /** Root of all paths, without a slash at the end. */
  readonly origin: string
  /** All that it knows; tests may look and change. */
  readonly state: State
  /** May be changed while it runs. */
  readonly settings: Settings
  readonly faults: Faults
  setClock(now: () => number): void
  /** The onboarding credential for a DID, as a VC-JWT, by the TAO, or by the root when there is none. */
  onboard(did: string, by?: Authority): string
  /** Reserves an attribute and issues the accreditation for it; the accreditor is the office for a RootTAO, else the TAO or the root. */
  accredit(wish: { did: string; role?: Role; accreditedFor?: readonly AccreditedFor[]; by?: Authority }): Promise<{
    attributeId: string
    credential: string
  }>
  /** Writes an accreditation into the registry as its subject. */
  accept(subject: Identity, attributeId: string, credential: string): Promise<void>
  revoke(did: string, attributeId: string, by?: Authority): Promise<void>
  /** A new identity with both keys, registered. */
  registered(): Promise<Identity>
  /** Deletes an entity from the DID and the issuers registry, as no contract can. */
  forget(did: string): void
  /** Put in as they are, past all contracts: a recorded document, attribute, schema. */
  seedDocument(document: DidDocument): void
  seedAttribute(attribute: SeededAttribute): void
  /** Answers the id. */
  seedSchema(schema: object, id?: string): string
  close(): Promise<void>
}

/** Starts the double of EBSI's registries on one origin, with its office and a RootTAO. */
export async function startEbsiRegistry(options: Options = {}): Promise<EbsiRegistry> {
  const { host = '127.0.0.1', port = 0, chainId = 0x181f } = options
  let clock = options.now ?? Date.now
  const now = (): number => Math.floor(clock() / 1000)
  const server = await listen(host, port)
  const state: State = {
    origin: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    settings: { rpcErrorStatus: 400, inlineAttributes: false, strict: true, ...options.settings },
    dids: new Map(),
    issuers: new Map(),
    schemas: new Map(),
    ledger: createLedger(chainId, now),
    tokenKey: keyPair('ES256'),
    nonces: new Map(),
    office: new Set(),
    now,
  }
  seedVectors(state)
  const authorities = await bootstrap(state, options.bootstrap ?? {})
  const faults = openFaults(state.origin)
  const routes = [
    ...didRegistry(state),
    ...issuersRegistry(state),
    ...schemasRegistry(state),
    ...authorisation(state),
    ...registryWrites(state),
    ...ledgerApi(state),
    ...doubleApi(state, authorities),
  ]
  server.answerWith(httpApp(routes, faults, () => state.ledger.settle()))
  return {
    ...authorities,
    origin: state.origin,
    state,
    settings: state.settings,
    faults,
    setClock(next) {
      clock = next
    },
    onboard: (did, by = authorities.tao ?? authorities.root) => onboard(state, by, did),
    accredit({ did, role = 'TI', accreditedFor = pda1(state), by = accreditorFor(authorities, role, accreditedFor) }) {
      return accredit(state, by, { did, role, accreditedFor })
    },
    accept: (subject, attributeId, credential) => accept(state, subject, attributeId, credential),
    async revoke(did, attributeId, by) {
      const giver = by ?? giverOf(authorities, state, did, attributeId)
      if (giver === null) throw new TypeError('the attribute was given by somebody whose keys the double does not have')
      await revoke(state, giver, did, attributeId)
    },
    async registered() {
      const identity = createIdentity()
      await register(state, identity)
      return identity
    },
    forget(did) {
      state.dids.delete(did)
      state.issuers.delete(did)
    },
    seedDocument: (document) => seedDocument(state, document),
    seedAttribute: (attribute) => seedAttribute(state, attribute),
    seedSchema: (schema, id) => seedSchema(state, schema, id),
    close: () => server.close(1000),
  }
}

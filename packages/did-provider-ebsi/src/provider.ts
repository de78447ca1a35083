import { createDidEbsi, EbsiError } from '@symbolon/ebsi'
import type { JsonObject } from '@symbolon/sd-jwt'
import type { DIDDocument, IAgentContext, IDIDManager, IIdentifier, IKey, IKeyManager, IService } from '@veramo/core-types'
import { AbstractIdentifierProvider } from '@veramo/did-manager'
import { addService, deactivate, type Known, removeService, revokeKeys, updateBaseDocument } from './change.ts'
import { fetchDocument, type Relationship } from './documents.ts'
import { thumbprint } from './keys.ts'
import { type Network, type NetworkSettings, openNetwork } from './network.ts'
import { type Authorisation, enterKey, onboard } from './onboard.ts'
import { createKey, identityOf, jwkOf, type KeyAgent, kidOf } from './veramo_keys.ts'
import { writer } from './write.ts'

export interface ProviderSettings extends NetworkSettings {
  /** The key management system that makes the keys when `didManagerCreate` names none. */
  readonly defaultKms: string
}

/** The `options` of `didManagerCreate`. */
export interface CreateOptions {
  /** Registers the DID at once; without it the DID is known here only, until `onboard`. */
  readonly authorisation?: Authorisation
  /** Goes on with what an `OnboardingIncomplete` names, instead of making anything new. */
  readonly identifier?: PartialIdentifier
}

export type PartialIdentifier = Omit<IIdentifier, 'provider'>
type Context = IAgentContext<IKeyManager>

/**
 * An onboarding that stopped after it may have reached the registry: `identifier` is to be given to `didManagerCreate` again,
 * `cause` says why it stopped.
 */
export class OnboardingIncomplete extends EbsiError {
  readonly identifier: PartialIdentifier
  constructor(identifier: PartialIdentifier, cause: unknown) {
    super('onboarding_incomplete', cause instanceof EbsiError ? cause.code : undefined, cause)
    this.identifier = identifier
  }
}

/** What the relationships of a key are when `didManagerAddKey` names none: those that its kind is for on EBSI. */
const RELATIONSHIPS: Readonly<Record<string, readonly Relationship[]>> = {
  Secp256k1: ['capabilityInvocation', 'authentication'],
  Secp256r1: ['authentication', 'assertionMethod'],
  Ed25519: ['authentication', 'assertionMethod'],
  X25519: ['keyAgreement'],
}

/**
 * The provider of `did:ebsi` identifiers of legal entities for a Veramo agent's DID manager.
 *
 * Every key is made, kept and used by the agent's key manager; the DID Registry v5 is written through its JSON-RPC. Throws `EbsiError`.
 */
export class EbsiDIDProvider extends AbstractIdentifierProvider {
  readonly #network: Network
  readonly #kms: string

  constructor({ defaultKms, ...settings }: ProviderSettings) {
    super()
    this.#network = openNetwork(settings)
    this.#kms = defaultKms
  }

  /**
   * A new DID with a secp256k1 and a P-256 key; the registry hears of it only with `options.authorisation`. Throws
   * `OnboardingIncomplete` when that stops on the way.
   */
  async createIdentifier(
    { kms = this.#kms, options = {} }: { kms?: string; alias?: string; options?: CreateOptions },
    context: Context,
  ): Promise<PartialIdentifier> {
    const { authorisation, identifier = await this.#create(kms, context) } = options
    if (authorisation === undefined) return identifier
    let isStarted = options.identifier !== undefined
    try {
      await onboard(this.#network, identityOf(context.agent, identifier), authorisation, () => {
        isStarted = true
      })
      return identifier
    } catch (error) {
      if (isStarted) throw new OnboardingIncomplete(identifier, error)
      // Nothing went to the registry: nothing is left here either.
      for (const { kid } of identifier.keys) await context.agent.keyManagerDelete({ kid })
      throw error
    }
  }

  async #create(kms: string, { agent }: Context): Promise<PartialIdentifier> {
    const ledger = await createKey(agent, kms, 'Secp256k1')
    const signing = await createKey(agent, kms, 'Secp256r1').catch(async (error) => {
      await agent.keyManagerDelete({ kid: ledger.kid })
      throw error
    })
    return { did: createDidEbsi(this.#network.random), controllerKeyId: ledger.kid, keys: [ledger, signing], services: [] }
  }

  /** Registers an identifier that was created here before; it can be repeated, and goes on where it stopped. Answers the DID document. */
  async onboard(
    { identifier, authorisation }: { identifier: PartialIdentifier; authorisation: Authorisation },
    { agent }: { agent: KeyAgent },
  ): Promise<DIDDocument> {
    return documentOf(await onboard(this.#network, identityOf(agent, identifier), authorisation))
  }

  /** Enters a key with `options.relationships`, or those that its kind is for. */
  override async addKey(
    { identifier, key, options }: { identifier: IIdentifier; key: IKey; options?: { relationships?: readonly Relationship[] } },
    { agent }: Context,
  ): Promise<DIDDocument> {
    const relationships = options?.relationships ?? RELATIONSHIPS[key.type] ?? []
    const writes = writer(this.#network, identityOf(agent, identifier))
    return documentOf(await enterKey(this.#network, identifier.did, writes, jwkOf(key), relationships))
  }

  /** Revokes a key; it stays in the history of the document. The last key of the ledger is revoked by `deleteIdentifier` only. */
  override async removeKey({ identifier, kid }: { identifier: IIdentifier; kid: string }, { agent }: Context): Promise<boolean> {
    const key = identifier.keys.find((one) => one.kid === kid)
    if (key === undefined) throw new EbsiError('registry_not_found', 'the identifier has no such key')
    const identity = identityOf(agent, identifier)
    if (thumbprint(jwkOf(key)) === thumbprint(identity.ledgerKey.jwk))
      throw new EbsiError('update_not_possible', 'this key signs the transactions')
    await revokeKeys(this.#network, identity, [kidOf(identifier.did, key)])
    return true
  }

  /** Throws `document_not_as_known` when the registry serves other services, beside this one, than the agent's identifier has. */
  override async addService({ identifier, service }: { identifier: IIdentifier; service: IService }, { agent }: Context): Promise<boolean> {
    await addService(this.#network, identityOf(agent, identifier), { ...service }, knownOf(identifier))
    return true
  }

  override async removeService({ identifier, id }: { identifier: IIdentifier; id: string }, { agent }: Context): Promise<boolean> {
    await removeService(this.#network, identityOf(agent, identifier), id, knownOf(identifier))
    return true
  }

  /** Replaces `@context` and `service`; the registry lets nothing else be written at once. Throws `update_not_possible`. */
  override async updateIdentifier(
    { did, document }: { did: string; document: Partial<DIDDocument> },
    context: Context,
  ): Promise<IIdentifier> {
    const { agent } = context as IAgentContext<IKeyManager & IDIDManager>
    const identifier = await agent.didManagerGet({ did })
    const changes: JsonObject = JSON.parse(JSON.stringify(document))
    const updated = await updateBaseDocument(this.#network, identityOf(agent, identifier), changes, knownOf(identifier))
    const { service } = documentOf(updated)
    return { ...identifier, services: (service ?? []).map((one) => ({ ...one })) }
  }

  /** Revokes every key in the registry and deletes them here; the DID itself stays registered for ever, without keys. */
  override async deleteIdentifier(identifier: IIdentifier, { agent }: Context): Promise<boolean> {
    const identity = identityOf(agent, identifier)
    await deactivate(this.#network, identity, `${identifier.did}#${thumbprint(identity.ledgerKey.jwk)}`)
    for (const { kid } of identifier.keys) await agent.keyManagerDelete({ kid })
    return true
  }

  /** Whether the registry has the DID. */
  async isRegistered(did: string): Promise<boolean> {
    return (await fetchDocument(this.#network, did)) !== null
  }

  override matchPrefix(prefix: string): boolean {
    return prefix === 'did:ebsi' || prefix.startsWith('did:ebsi:')
  }
}

/** The agent's own store is what is compared with the registry. */
const knownOf = ({ services }: IIdentifier): Known => ({ services: services.map((service) => ({ ...service })) })

/** What the registry serves has been looked at as far as it is used; the type is that of Veramo. */
const documentOf = (document: JsonObject): DIDDocument => document as unknown as DIDDocument

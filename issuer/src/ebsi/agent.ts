import { EbsiDIDProvider, type Identity, identityOf, keyManagementSystem, type PartialIdentifier } from '@symbolon/did-provider-ebsi'
import { createAgent, type IDIDManager, type IKeyManager, type TAgent } from '@veramo/core'
import { DIDManager, MemoryDIDStore } from '@veramo/did-manager'
import { KeyManager, MemoryKeyStore } from '@veramo/key-manager'
import type { StoredIdentity } from './identity_file.ts'
import { keyFiles, readKey } from './key_files.ts'

/** The registries that an agent is for. */
export type RegistrySettings = Pick<StoredIdentity, 'registry' | 'chainId'>

/** A Veramo agent whose keys are those of a folder. */
export interface EbsiAgent {
  /** A new DID with its two keys; the registry does not hear of it. */
  create(): Promise<Pick<StoredIdentity, 'did' | 'ledgerKey' | 'signingKey'>>
  /** Enters the identity into the DID Registry, or what is missing of it; throws `EbsiError`, and `SettingsError` without its keys. */
  onboard(stored: StoredIdentity, authorisation: string): Promise<void>
  /** The identity, ready to write. */
  identity(stored: StoredIdentity): Promise<Identity>
}

const KMS = 'issuer'
const METHOD = 'did:ebsi'

/** Opens an agent for one command: what must outlive it stands in the folder. */
export async function openAgent(folder: string, settings: RegistrySettings): Promise<EbsiAgent> {
  const kms = keyManagementSystem(keyFiles(folder))
  const store = new MemoryKeyStore()
  for (const key of await kms.listKeys()) await store.importKey({ ...key, kms: KMS })
  const provider = new EbsiDIDProvider({ defaultKms: KMS, ...settings })
  const agent: TAgent<IKeyManager & IDIDManager> = createAgent<IKeyManager & IDIDManager>({
    plugins: [
      new KeyManager({ store, kms: { [KMS]: kms } }),
      new DIDManager({ store: new MemoryDIDStore(), defaultProvider: METHOD, providers: { [METHOD]: provider } }),
    ],
  })
  const identifier = async ({ did, ledgerKey, signingKey }: StoredIdentity): Promise<PartialIdentifier> => {
    // Of one that is gone the agent would say only that it does not know it.
    readKey(folder, ledgerKey, 'secp256k1')
    readKey(folder, signingKey, 'P-256')
    const keys = [await agent.keyManagerGet({ kid: ledgerKey }), await agent.keyManagerGet({ kid: signingKey })]
    return { did, controllerKeyId: ledgerKey, keys, services: [] }
  }
  return {
    async create() {
      const { did, keys, controllerKeyId = '' } = await agent.didManagerCreate()
      const signing = keys.find(({ kid }) => kid !== controllerKeyId)
      return { did, ledgerKey: controllerKeyId, signingKey: signing?.kid ?? '' }
    },
    async onboard(stored, authorisation) {
      await provider.onboard({ identifier: await identifier(stored), authorisation }, { agent })
    },
    identity: async (stored) => identityOf(agent, await identifier(stored)),
  }
}

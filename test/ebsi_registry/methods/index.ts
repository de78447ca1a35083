import { setAttributeData, setAttributeMetadata } from './attributes.ts'
import { addController, revokeController } from './controllers.ts'
import { addService, insertDidDocument, revokeService, updateBaseDocument } from './did_documents.ts'
import { addIssuerProxy, removeIssuerProxy, updateIssuerProxy } from './issuer_proxies.ts'
import type { Method } from './method.ts'
import { insertSchema, updateMetadata, updateSchema } from './schemas.ts'
import {
  addVerificationMethod,
  addVerificationRelationship,
  expireVerificationMethod,
  revokeVerificationMethod,
  rollVerificationMethod,
} from './verification_methods.ts'

/** A registry that is written through JSON-RPC: its contract and its methods (facts, 4). */
export interface Contract {
  readonly path: string
  /** In lower case. */
  readonly address: string
  /** Whether the subject of the token must be controlled by the signing address. */
  readonly bindsSubject: boolean
  readonly methods: readonly Method[]
}

export const CONTRACTS: readonly Contract[] = [
  {
    path: '/did-registry/v5/jsonrpc',
    address: '0x823bbc0cee3de3b61ac0b8e31bf4c20c2d2b5d39',
    bindsSubject: false,
    methods: [
      insertDidDocument,
      updateBaseDocument,
      addController,
      revokeController,
      addVerificationMethod,
      addVerificationRelationship,
      revokeVerificationMethod,
      expireVerificationMethod,
      rollVerificationMethod,
      addService,
      revokeService,
    ],
  },
  {
    path: '/trusted-issuers-registry/v5/jsonrpc',
    address: '0x7a2fc6ae1a1ec7ff9c2c6c3ee5d5e3bd16ce8f8e',
    bindsSubject: true,
    methods: [setAttributeMetadata, setAttributeData, addIssuerProxy, updateIssuerProxy, removeIssuerProxy],
  },
  {
    path: '/trusted-schemas-registry/v3/jsonrpc',
    address: '0x23cc5d1d1e6ac2e4c6b8e6b1ab9d5b4bf6d45b1a',
    bindsSubject: true,
    methods: [insertSchema, updateSchema, updateMetadata],
  },
]

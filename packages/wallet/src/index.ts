export { dottedPath, parseDottedPath } from './claims_path.ts'
export { containerHeader, openContainer, sealContainer } from './container.ts'
export { WALLET_CODES, type WalletCode, WalletError } from './errors.ts'
export { type InspectedOffer, inspectOffer, type Offered, readOffer } from './offer.ts'
export type { HolderKeys, HttpAnswer, HttpRequest, Outside, Send } from './outside.ts'
export { type Asked, type Presentation, present, withGroups } from './present.ts'
export { type Received, receive } from './receive.ts'
export { checkReceived, type Expected, type Judging } from './received.ts'
export {
  type Authorization,
  credentialOf,
  EMPTY_STATE,
  type HeldCopy,
  type HeldCredential,
  type HeldKey,
  hasEnded,
  keyOf,
  newId,
  nextCopy,
  parseState,
  refreshable,
  serializeState,
  timesShown,
  type WalletState,
  withCredential,
  withoutCredential,
  withShown,
} from './state/index.ts'
export type { Vouching } from './trusted.ts'

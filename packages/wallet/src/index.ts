export { type Answered, answerRequest } from './answer_request.ts'
export { authorize } from './authorize.ts'
export { type Choice, type Choices, choicesFor, choose, type Missed, type Selection } from './choices.ts'
export { dottedPath, leaves, parseDottedPath } from './claims_path.ts'
export { containerHeader, openContainer, sealContainer } from './container.ts'
export { WALLET_CODES, type WalletCode, WalletError } from './errors.ts'
export { type Exposure, exposureOf, isBare } from './exposure.ts'
export {
  type Inspected,
  inspectAgain,
  inspectIssuer,
  inspectOffer,
  type Offered,
} from './inspect.ts'
export { beginRefresh, complete, resume, type Unfinished, unfinished } from './issuance.ts'
export { settle } from './notices.ts'
export { OWN_WAY, readOffer, type Way, wayOf } from './offer.ts'
export { type OpenedRequest, openRequest } from './open_request.ts'
export {
  type FrontChannel,
  HEADERS_READ,
  type HolderKeys,
  type HttpAnswer,
  type HttpRequest,
  type Outside,
  type Send,
  type Store,
} from './outside.ts'
export { type Asked, type Presentation, present, withGroups } from './present.ts'
export { checkReceived, type Expected, type Judging } from './received.ts'
export { preAuthorized, type Redeemable, redeem } from './redeem.ts'
export {
  type Authorization,
  authorizationOf,
  type Begun,
  credentialOf,
  DISCLOSURE_OUTCOMES,
  type Disclosure,
  type DisclosureAsker,
  type DisclosureOutcome,
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
  type ShownCredential,
  type Spent,
  serializeState,
  timesShown,
  unusedCopies,
  type WalletState,
  withCredential,
  withDisclosure,
  withOutcome,
  withoutCredential,
  withoutPending,
  withShown,
  withSpent,
} from './state/index.ts'
export type { Vouching } from './trusted.ts'

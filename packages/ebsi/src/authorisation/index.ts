export { type Presentation, presentation } from './presentation.ts'
export { type AccessToken, readTokenAnswer, SCOPES, type Scope, type TokenRequest, tokenRequest } from './token.ts'

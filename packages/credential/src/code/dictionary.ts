/**
 * What texts that are packed have in common (specs/code.md): names and values of the standards, in the order in which they are often written.
 *
 * Part of the format: every character counts, and none may ever change. The marks stand where a value was taken out.
 */
export const GENERIC =
  '"yes","no","unknown"true,false,nulldatevalidfromuntilname,"country":"BE"' +
  'catalogueplace_of_birthnationalitiespostal_codefamily_name","given_name","birthdate","personal_administrative_number","document_number"' +
  'date_of_issuance","date_of_expiry":"202issuing_countryissuing_authority":{"id":"http://data.europa.eu/"' +
  '"attestation_legal_category":"PuB-EAA"' +
  '"iss":"did:ebsi:z"iss":"did:key:z"jwk":{"kid":"urn:uuid:jti":"sub":"binding":"device"' +
  '["\x02","family_name","["\x02","given_name","["\x02","birthdate","["\x02",true]["\x02","yes"]["\x02","' +
  '{"alg":"ES384","typ":"dc+sd-jwt","kid":"{"alg":"ES512"{"alg":"ES256","typ":"dc+sd-jwt","x5c":["\x05"]}\x07' +
  '{"alg":"ES256","typ":"dc+sd-jwt","x5t#S256":"\x01"}\x07{"iss":"https://","iat":17,"nbf":17,"exp":17,"exp":18,"vct":"urn:eudi:urn:' +
  '","vct#integrity":"sha256-"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"\x01","y":"\x01"}},' +
  '"status":{"status_list":{"idx":1,"uri":"https:///status-lists/"}},"_sd_alg":"sha-256","_sd":["\x01","\x01","\x03 ","\x01","\x01"]}' +
  '\x07{"alg":"ES256","typ":"kb+jwt"}\x07{"iat":17,"aud":"https://"aud":"urn:symbolon:show:"aud":"x509_hash:\x01","nonce":"\x02","sd_hash":"\x04"}\x07["\x02","'

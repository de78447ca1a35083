import type { ChainSentences } from './index.ts'

export const nl: ChainSentences = {
  accreditation_attribute_mismatch:
    'Een accreditatie[ van {did}] staat op een plaats die voor een andere was voorbehouden. Weiger het en meld het aan de uitgever.',
  accreditation_expired: 'Een accreditatie[ van {did}] is verlopen. Weiger het en meld het aan de uitgever.',
  accreditation_issuer_mismatch: 'Een accreditatie[ van {did}] is ondertekend door iemand anders dan het register zegt. Weiger het.',
  accreditation_key_purpose: 'Een accreditatie[ van {did}] is ondertekend met een sleutel die voor iets anders dient. Weiger het.',
  accreditation_key_unknown:
    'De sleutel van wie een accreditatie[ van {did}] ondertekende, is hier niet. Haal een bundel van de gegevens van het register op (bundle fetch --ebsi).',
  accreditation_malformed: 'Wat het register[ van {did}] heeft, is geen accreditatie, of geen volledige. Weiger het.',
  accreditation_not_yet_valid: 'Een accreditatie[ van {did}] is nog niet begonnen. Controleer de klok, of weiger het.',
  accreditation_signature: 'Een accreditatie[ van {did}] werd gewijzigd, of niet ondertekend door wie ze gaf. Weiger het.',
  accreditation_status_unknown: 'Of een accreditatie[ van {did}] nog geldt, is hier niet na te gaan. Vraag een ander bewijs.',
  accreditation_subject_mismatch: 'Een accreditatie op naam[ van {did}] gaat over iemand anders. Weiger het.',
  anchor_not_trusted:
    'De wortel van zijn accreditaties staat niet in het vertrouwensbestand[: {did}]. Weiger het, of vergelijk die DID en voeg ze toe.',
  attribute_absent: 'Het register heeft de accreditatie[ van {did}] niet, of niet meer. Weiger het.',
  attribute_empty:
    'De accreditatie[ van {did}] is in het register aangekondigd en staat er nog niet. Weiger het en meld het aan de uitgever.',
  attribute_hash_mismatch: 'Een gegeven van het register[ over {did}] is niet wat het opnam. Weiger het.',
  attribute_malformed: 'Een gegeven van het register[ over {did}] is niet leesbaar. Haal de bundel opnieuw op.',
  attribute_of_other: 'Een gegeven van het register gaat niet over wie gevraagd werd[: {did}]. Weiger het.',
  attribute_revoked: 'Een accreditatie[ van {did}] werd ingetrokken. Weiger het.',
  attribute_role_undefined: 'Het register geeft geen rol die we kennen[ aan {did}]. Weiger het.',
  attribute_unknown: 'De accreditatie[ van {did}] is hier niet. Haal een bundel van de gegevens van het register op (bundle fetch --ebsi).',
  chain_cycle: 'Zijn accreditaties leiden naar zichzelf terug. Weiger het.',
  chain_too_deep: 'Er staan meer accreditaties boven elkaar dan hier bekeken worden. Weiger het.',
  chain_trusted: '[Geaccrediteerd door {hops}. ]De wortel[ {root}] staat in het vertrouwensbestand[: {anchor}].',
  evidence_stale: 'Wat hier van het register[ over {did}] is, is te oud, of niemand weet hoe oud. Haal een nieuwere bundel op.',
  issuer_not_did_ebsi: 'Het zegt uitgegeven te zijn met een accreditatie van EBSI, maar de uitgever kan er geen hebben. Weiger het.',
  jurisdiction_not_covered: 'Een accreditatie[ van {did}] is niet voor dit rechtsgebied. Weiger het.',
  list_issuer_mismatch: 'Zijn statuslijst is ondertekend door iemand anders dan de uitgever. Weiger het.',
  role_mismatch: 'Het register geeft een andere rol[ aan {did}] dan de accreditatie. Weiger het.',
  role_too_low: 'Iemand gaf een accreditatie die alleen mag uitgeven[: {did}]. Weiger het.',
  root_mismatch: 'Het register noemt[ voor {did}] een andere wortel dan die aan het einde van zijn accreditaties. Weiger het.',
  schema_not_covered: 'De uitgever is voor dit type met een ander schema geaccrediteerd[: {did}]. Weiger het.',
  scope_widened: 'Iemand gaf een accreditatie voor meer dan die zelf heeft[: {did}]. Weiger het.',
  terms_of_use_ambiguous:
    'Het noemt verschillende accreditaties[ van {did}], en geen leidt naar een wortel in het vertrouwensbestand. Weiger het.',
  terms_of_use_missing: 'Het zegt niet met welke accreditatie[ van {did}] het uitgegeven werd. Weiger het.',
  terms_of_use_not_registry:
    'Het noemt een accreditatie[ van {did}] buiten de registers die hier vertrouwd worden[: {registry}]. Weiger het, tenzij dat netwerk hier zou moeten tellen: het wordt ingesteld in SYMBOLON_EBSI_REGISTRIES.',
  terms_of_use_other_did: 'Het noemt de accreditatie van iemand anders dan van de uitgever[: {did}]. Weiger het.',
  type_not_covered: 'De uitgever is niet geaccrediteerd voor dit type[: {did}]. Weiger het.',
}

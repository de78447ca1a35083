import type { Words } from './words.ts'

export const de: Words = {
  headline: {
    pass: 'GÜLTIG. Alles, was zu prüfen war, ist richtig.',
    fail: 'NICHT GÜLTIG. Verlassen Sie sich nicht darauf.',
    unknown: 'NICHT BEKANNT. Es konnte nicht vollständig geprüft werden; das ist weder ein Ja noch ein Nein.',
  },
  outcome: { pass: 'richtig', fail: 'falsch', unknown: 'nicht bekannt' },
  next: {
    pass: 'Sie können sich auf das Gezeigte verlassen.',
    fail: 'Tun Sie, was bei den falschen Punkten steht. Bleiben sie falsch, weisen Sie den Nachweis zurück und sagen Sie der Person, warum.',
    unknown:
      'Tun Sie, was bei den nicht bekannten Punkten steht, und prüfen Sie noch einmal. Die Person kann das Recht durchaus haben: Bitten Sie um einen anderen Nachweis, sagen Sie nicht Nein.',
  },
  yetToDo: {
    comparePerson: 'Vergleichen Sie die Person zuerst mit einem Ausweis: Der Nachweis allein sagt nicht, dass er zu ihr gehört.',
    compareIfNamed:
      'Vergleichen Sie zuerst den gezeigten Namen mit einem Ausweis. Wurde kein Name gezeigt, beweist dies nicht, dass das Recht das der anwesenden Person ist: Es kann eine Kopie sein.',
    answerMissing: 'Die Frage ist nicht beantwortet. Tun Sie, was unter der Frage steht.',
  },
  checks: {
    binding: 'Inhaber',
    bundle: 'Bündel',
    document: 'Dokument',
    replay: 'Schon gelesen',
    right: 'Recht',
    rollback: 'Frühere Bündel',
    signature: 'Unterschrift',
    status: 'Status',
    structure: 'Form',
    trust: 'Aussteller',
    type: 'Art',
    validity: 'Gültigkeit',
  },
  headings: {
    shown: 'Gezeigt',
    shownUnconfirmed: 'Gezeigt, aber nicht bestätigt',
    nothingShown: 'Außer dem Nachweis selbst wurde nichts gezeigt.',
    shownTo: 'Gezeigt gegenüber',
    judgedAt: 'Beurteilt am',
    validUntil: 'Gültig bis',
    evidenceAge: 'Alter der Statusangaben',
    next: 'Was zu tun ist',
  },
  values: { yes: 'ja', no: 'nein', unknown: 'nicht bekannt' },
  colon: ': ',
  codes: {
    algorithm_not_allowed: 'Der Nachweis ist auf eine Weise unterschrieben, die hier nicht angenommen wird. Weisen Sie ihn zurück.',
    algorithm_not_for_key: 'Der Nachweis ist nicht mit der Art von Schlüssel unterschrieben, die er nennt. Weisen Sie ihn zurück.',
    anchor_for_other_purpose:
      'Der Unterzeichner steht in der Vertrauensdatei, aber für einen anderen Zweck. Weisen Sie den Nachweis zurück oder geben Sie dem Unterzeichner einen Eintrag für diesen Zweck.',
    audience_wrong: 'Der Nachweis wurde jemand anderem gezeigt. Bitten Sie die Person, ihn Ihnen zu zeigen.',
    base64url_malformed: 'Der Text ist beschädigt. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    binding_not_checked:
      'Der Inhaber hat unterschrieben, aber wir wissen nicht, für wen und für welche Frage; es kann also eine Kopie sein. Prüfen Sie noch einmal mit dem Empfänger und der Nonce Ihrer Anfrage.',
    bundle_altered: 'Das Bündel wurde nach der Unterschrift verändert. Holen Sie es neu.',
    bundle_clock_behind:
      'Die Uhr dieses Geräts steht vor der Zeit, zu der ein hier gesehenes Bündel gemacht wurde[: {at}, und es ist vom {seen}]. Stellen Sie die Uhr.',
    bundle_expired: 'Das Bündel ist abgelaufen[, am {at}]. Holen Sie ein neueres.',
    bundle_from_the_future: 'Das Bündel wurde später gemacht, als die Uhr dieses Geräts zeigt. Prüfen Sie die Uhr.',
    bundle_incomplete: 'Ein Teil dieses Bündels fehlt. Nehmen Sie das ganze, wie sein Aussteller es anbietet.',
    bundle_issuer_taken:
      'Das vereinte Bündel hätte denselben Aussteller wie eines, das hineingeht. Sagen Sie mit --issuer URL, wer vereint.',
    bundle_malformed: 'Diese Datei ist kein vollständiges Bündel. Holen Sie es neu.',
    bundle_memory_malformed:
      'Was hier über frühere Bündel aufbewahrt ist, ist unlesbar; ein älteres fiele nicht auf. Fragen Sie, wer dieses Gerät betreut.',
    bundle_memory_missing:
      'Hier wird nicht aufbewahrt, welche Bündel gesehen wurden; ein älteres an der Stelle eines neueren fiele nicht auf.',
    bundle_newest_seen: 'Ein neueres Bündel desselben Ausstellers wurde hier nicht gesehen.',
    bundle_not_trusted:
      'Das Bündel ist von niemandem aus der Vertrauensdatei unterschrieben. Nehmen Sie ein Bündel eines Ausstellers, dem Sie vertrauen.',
    bundle_older_than_seen:
      'Ein neueres Bündel desselben Ausstellers wurde hier schon gesehen[: dieses ist vom {at}, das neuere vom {seen}]. Nehmen Sie das neuere oder holen Sie eines.',
    bundle_parts_differ:
      'Zwei Bündel enthalten unter demselben Namen Verschiedenes, und nichts sagt, welches richtig ist. Lassen Sie eines weg.',
    bundle_source_repeated: 'Bündel verschiedenen Alters sind von demselben Aussteller. Lassen Sie das ältere weg.',
    bundle_trusted: 'Das Bündel[ (Alter: {age})] ist von jemandem aus der Vertrauensdatei unterschrieben[: {anchor}].',
    certificate_algorithm_not_allowed:
      'Ein Zertifikat des Unterzeichners verwendet einen Schlüssel oder eine Unterschrift, die nicht zugelassen ist. Melden Sie es dem Aussteller.',
    certificate_anchor_in_chain:
      'Der Unterzeichner hat seinen eigenen Vertrauensanker mitgeschickt, was nicht erlaubt ist. Melden Sie es dem Aussteller.',
    certificate_expired: 'Ein Zertifikat des Unterzeichners ist abgelaufen. Melden Sie es dem Aussteller.',
    certificate_extended_key_usage:
      'Ein Zertifikat des Unterzeichners ist für einen anderen Zweck gemacht. Weisen Sie den Nachweis zurück.',
    certificate_extension_unknown:
      'Ein Zertifikat des Unterzeichners stellt eine Bedingung, die wir nicht kennen. Weisen Sie den Nachweis zurück und melden Sie es dem Aussteller.',
    certificate_for_ca:
      'Der Nachweis ist mit dem Zertifikat einer Behörde statt mit dem eines Unterzeichners unterschrieben. Melden Sie es dem Aussteller.',
    certificate_issuer_wrong: 'Die Zertifikate des Unterzeichners folgen nicht aufeinander. Melden Sie es dem Aussteller.',
    certificate_key_unusable: 'Der Schlüssel in einem Zertifikat des Unterzeichners ist nicht brauchbar. Melden Sie es dem Aussteller.',
    certificate_key_usage:
      'Ein Zertifikat des Unterzeichners erlaubt diese Verwendung seines Schlüssels nicht. Weisen Sie den Nachweis zurück.',
    certificate_malformed: 'Ein Zertifikat des Unterzeichners ist nicht lesbar. Melden Sie es dem Aussteller.',
    certificate_name_not_permitted:
      'Die Zertifizierungsstelle darf keinen Unterzeichner dieses Namens zertifizieren. Weisen Sie den Nachweis zurück.',
    certificate_not_ca: 'Eines der Zertifikate darf keine anderen zertifizieren. Weisen Sie den Nachweis zurück.',
    certificate_not_yet_valid: 'Ein Zertifikat des Unterzeichners ist noch nicht gültig. Prüfen Sie die Uhr dieses Geräts.',
    certificate_path_too_long:
      'Zwischen dem Unterzeichner und seinem Vertrauensanker stehen mehr Zertifizierungsstellen als erlaubt. Weisen Sie den Nachweis zurück.',
    certificate_self_signed: 'Der Unterzeichner bürgt nur für sich selbst. Weisen Sie den Nachweis zurück.',
    certificate_signature_wrong:
      'Ein Zertifikat des Unterzeichners wurde verändert oder nie von der Stelle ausgestellt, die es nennt. Weisen Sie den Nachweis zurück.',
    chain_malformed: 'Die mitgeschickten Zertifikate sind nicht lesbar. Melden Sie es dem Aussteller.',
    chain_missing:
      'Es kamen keine Zertifikate mit; der Unterzeichner ist also nicht zu finden. Bitten Sie den Aussteller um einen Nachweis, der sie enthält.',
    chain_too_long: 'Es kamen zu viele Zertifikate mit. Melden Sie es dem Aussteller.',
    challenge_expired: 'Die Abfrage ist beendet[ (Alter: {age})]. Machen Sie eine neue.',
    challenge_malformed: 'Das ist keine Abfrage, oder keine ganze. Bitten Sie um eine neue.',
    challenge_not_trusted: 'Niemand in Ihrer Vertrauensdatei steht für den Fragenden ein.',
    claim_against_type:
      'Ein Teil hat nicht die Form, die diese Art vorschreibt[: {path}]. Weisen Sie den Nachweis zurück und melden Sie es dem Aussteller.',
    claim_concealed:
      'Ein Teil ist verborgen, der immer sichtbar sein muss[: {path}]. Weisen Sie den Nachweis zurück und melden Sie es dem Aussteller.',
    claim_malformed: 'Ein Teil hat nicht die richtige Form. Bitten Sie den Aussteller um einen neuen Nachweis.',
    claim_missing: 'Es fehlt ein Teil, ohne den nichts zu beurteilen ist. Bitten Sie den Aussteller um einen neuen Nachweis.',
    claim_name_taken: 'Es kam ein Teil mit, der ersetzen würde, was der Aussteller unterschrieben hat. Weisen Sie den Nachweis zurück.',
    claim_not_concealed:
      'Ein Teil ist sichtbar, den der Inhaber verbergen können muss[: {path}]. Weisen Sie den Nachweis zurück und melden Sie es dem Aussteller.',
    claim_not_disclosable: 'Ein Teil, der über die Gültigkeit entscheidet, war verborgen. Weisen Sie den Nachweis zurück.',
    claim_not_there: 'Diesen Teil hat der Nachweis nicht. Wählen Sie einen, den er hat.',
    code_content_not_known:
      'Dieser Code ist von einer neueren Art, die wir noch nicht lesen können. Bitten Sie die Person, den Nachweis anders zu zeigen.',
    code_dictionary_not_known:
      'Dieser Code verwendet ein Wörterbuch, das wir nicht haben. Bitten Sie die Person, den Nachweis anders zu zeigen.',
    code_does_not_fit: 'Dieser Nachweis ist zu groß für einen Code. Zeigen Sie ihn online, oder übergeben Sie ihn als Datei.',
    code_format_not_held:
      'Ein Code kann keinen Nachweis in dieser Form enthalten. Zeigen Sie ihn online, oder übergeben Sie ihn als Datei.',
    code_malformed: 'Dieser Code ist nicht lesbar. Scannen Sie ihn noch einmal.',
    code_too_large: 'Dieser Code enthält mehr, als ein Code enthalten darf. Nehmen Sie ihn nicht an.',
    critical_header_unknown:
      'Der Nachweis stellt eine Bedingung, die wir nicht kennen. Weisen Sie ihn zurück und melden Sie es dem Aussteller.',
    did_document_malformed: 'Das Dokument mit den Schlüsseln des Ausstellers ist beschädigt. Holen Sie es noch einmal.',
    did_document_missing: 'Das Dokument mit den Schlüsseln des Ausstellers ist nicht hier. Holen Sie ein Bündel, das es enthält.',
    did_document_of_other: 'Das Dokument mit den Schlüsseln ist das von jemand anderem. Weisen Sie den Nachweis zurück.',
    did_malformed: 'Die DID nennt keinen Schlüssel für Unterschriften.',
    did_not_issuer:
      'Der Nachweis ist mit einem Schlüssel von jemand anderem unterschrieben, als er als Aussteller nennt. Weisen Sie den Nachweis zurück.',
    digest_repeated: 'Der Nachweis sagt an zwei Stellen dasselbe und ist also nicht auf nur eine Weise zu lesen. Weisen Sie ihn zurück.',
    digests_malformed: 'Die Liste der verborgenen Teile ist nicht lesbar. Melden Sie es dem Aussteller.',
    disclosure_malformed: 'Ein gezeigter Teil ist nicht lesbar. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    disclosure_misplaced: 'Ein gezeigter Teil steht an der falschen Stelle. Weisen Sie den Nachweis zurück.',
    disclosure_not_referenced: 'Es kam ein Teil mit, den der Aussteller nicht unterschrieben hat. Weisen Sie den Nachweis zurück.',
    disclosure_repeated: 'Derselbe Teil kam zweimal mit. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    document_key_for_other_use:
      'Der Aussteller benutzt diesen Schlüssel für etwas anderes als für das Unterschreiben von Nachweisen. Weisen Sie den Nachweis zurück.',
    document_key_not_readable:
      'Der Schlüssel des Ausstellers ist von einer Art, die hier nicht angenommen wird. Melden Sie es dem Aussteller.',
    document_key_unknown: 'Der Aussteller hat keinen solchen Schlüssel. Weisen Sie den Nachweis zurück, oder holen Sie ein neueres Bündel.',
    envelope_malformed:
      'Gültigkeit, Art, Aussteller, Status oder Schlüssel des Inhabers ist nicht lesbar. Bitten Sie den Aussteller um einen neuen Nachweis.',
    expired: 'Der Nachweis ist abgelaufen[, am {at}]. Bitten Sie die Person, ihn zu erneuern und noch einmal zu zeigen.',
    format_not_known: 'Das ist kein Nachweis, den wir lesen können. Bitten Sie die Person, ihn noch einmal zu zeigen.',
    format_not_of_type: 'Diese Art von Nachweis gibt es nicht in dieser Form. Melden Sie es dem Aussteller.',
    frame_malformed: 'Die Beschreibung dessen, was zu verbergen ist, widerspricht sich. Berichtigen Sie sie.',
    hash_claim_misplaced: 'Der Nachweis nennt seine Prüfsummen an der falschen Stelle. Melden Sie es dem Aussteller.',
    hash_not_supported:
      'Der Nachweis verwendet eine Art von Prüfsumme, die nicht angenommen wird. Bitten Sie den Aussteller um einen mit sha-256.',
    holder_key_missing: 'Der Nachweis ist an keinen Inhaber gebunden, obwohl diese Art es sein muss. Weisen Sie ihn zurück.',
    holder_key_not_expected: 'Der Nachweis ist an einen Inhaber gebunden, obwohl diese Art es nie ist. Weisen Sie ihn zurück.',
    issuer_metadata_malformed: 'Was der Aussteller über seine Schlüssel veröffentlicht hat, ist nicht lesbar. Holen Sie das Bündel neu.',
    issuer_metadata_not_of_issuer: 'Die mitgekommenen Schlüssel sind die eines anderen Ausstellers. Weisen Sie den Nachweis zurück.',
    issuer_metadata_without_keys: 'Der Aussteller hat keine Schlüssel veröffentlicht. Melden Sie es dem Aussteller.',
    issuer_not_authorised_for_type:
      'Der Aussteller steht in der Vertrauensdatei, aber nicht für diese Art von Nachweis. Weisen Sie ihn zurück.',
    issuer_not_in_certificate: 'Der Nachweis nennt einen Aussteller, den sein Zertifikat nicht nennt. Weisen Sie ihn zurück.',
    issuer_not_trusted:
      'Der Aussteller steht nicht in der Vertrauensdatei. Weisen Sie den Nachweis zurück, oder klären Sie, wer dieser Aussteller ist, und fügen Sie ihn hinzu.',
    issuer_trusted: 'Der Aussteller steht in der Vertrauensdatei[: {anchor}].',
    json_malformed: 'Der Text ist beschädigt. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    json_member_repeated: 'Der Nachweis sagt zweimal dasselbe und ist also nicht auf nur eine Weise zu lesen. Weisen Sie ihn zurück.',
    json_serialization_malformed: 'Der Text ist kein vollständiger Nachweis. Bitten Sie die Person, ihn noch einmal zu zeigen.',
    jws_malformed: 'Der unterschriebene Teil ist nicht lesbar. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    key_binding_ahead:
      'Der Nachweis wurde zu einer Zeit gezeigt, die noch nicht gekommen ist. Vergleichen Sie die Uhren beider Geräte und lassen Sie ihn noch einmal zeigen.',
    key_binding_audience_wrong: 'Der Nachweis wurde jemand anderem gezeigt. Bitten Sie die Person, ihn Ihnen zu zeigen.',
    key_binding_hash_wrong:
      'Was gezeigt wird, wurde verändert, nachdem der Inhaber unterschrieben hat. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    key_binding_malformed: 'Die Unterschrift des Inhabers ist nicht lesbar. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    key_binding_missing:
      'Der Inhaber hat nicht unterschrieben; es kann also eine Kopie sein. Bitten Sie die Person, den Nachweis aus der Brieftasche selbst zu zeigen.',
    key_binding_nonce_wrong: 'Der Nachweis wurde für eine andere Frage als Ihre gezeigt. Bitten Sie die Person, ihn noch einmal zu zeigen.',
    key_binding_not_valid_now:
      'Die Unterschrift des Inhabers gilt zu dieser Zeit nicht. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    key_binding_signature_wrong:
      'Der Nachweis wurde von jemandem gezeigt, der den Schlüssel des Inhabers nicht hat. Weisen Sie ihn zurück.',
    key_binding_too_old: 'Der Nachweis wurde vor zu langer Zeit gezeigt[: {age}]. Bitten Sie die Person, ihn jetzt noch einmal zu zeigen.',
    key_binding_type_wrong:
      'Die Unterschrift des Inhabers wurde für etwas anderes gemacht. Bitten Sie die Person, den Nachweis noch einmal zu zeigen.',
    key_binding_unexpected: 'Der Nachweis trägt eine Unterschrift eines Inhabers, wo keine stehen darf. Weisen Sie ihn zurück.',
    key_missing: 'Der Schlüssel des Ausstellers ist nicht hier. Holen Sie ein Bündel, das ihn enthält.',
    key_not_in_metadata: 'Der Aussteller hat den Schlüssel dieser Unterschrift nicht veröffentlicht. Holen Sie ein neueres Bündel.',
    key_unusable: 'Ein Schlüssel darin ist nicht brauchbar. Melden Sie es dem Aussteller.',
    no_holder_binding: 'Diese Art ist nicht an einen Schlüssel gebunden. Vergleichen Sie die Person mit einem Ausweis.',
    not_shown_before: 'Dieser Code wurde hier noch nicht gelesen.',
    not_yet_valid: 'Der Nachweis ist noch nicht gültig[; er ist es ab {at}]. Prüfen Sie die Uhr dieses Geräts, oder warten Sie.',
    period_ended: 'Der Zeitraum ist zu Ende[, seit dem {on}]. Bitten Sie um einen neueren Nachweis.',
    period_malformed: 'Von wann bis wann es gilt, ist nicht lesbar. Bitten Sie den Aussteller um einen neuen Nachweis.',
    period_not_begun: 'Der Zeitraum hat noch nicht begonnen[; er beginnt am {on}].',
    period_open: 'Der Zeitraum hat begonnen und hat kein bekanntes Ende.',
    period_runs: 'Der Zeitraum läuft[ bis einschließlich {on}].',
    presentation_of_other: 'Wer dies zeigt, ist nicht die Person, für die der Nachweis ausgestellt wurde. Weisen Sie ihn zurück.',
    replay_not_checked:
      'Ob dieser Code schon gelesen wurde, ist nicht bekannt: Es gibt keinen Datenordner, in dem das notiert werden kann.',
    reserved_name: 'Ein Teil hat einen Namen, der nicht erlaubt ist. Weisen Sie den Nachweis zurück und melden Sie es dem Aussteller.',
    revoked: 'Der Aussteller hat den Nachweis widerrufen. Weisen Sie ihn zurück; die Person kann den Aussteller fragen, warum.',
    right_ended:
      'Das Recht ist zu Ende; es wird also kein Nachweis darüber ausgestellt. Fragen Sie die Einrichtung nach der jetzigen Lage.',
    row_malformed: 'Die Angaben der Quelle haben nicht die Form, die die Art verlangt. Melden Sie es der Einrichtung.',
    schema_not_known: 'Der Nachweis folgt auch einem Schema, das wir nicht kennen. Prüfen Sie ihn mit einer neueren Version.',
    schema_not_of_type: 'Der Nachweis nennt nicht das Schema seiner Art. Weisen Sie ihn zurück.',
    sd_jwt_malformed: 'Der Text ist kein vollständiger Nachweis. Bitten Sie die Person, ihn noch einmal zu zeigen.',
    shown_before: 'Dieser Code wurde hier schon gelesen[, vor {age}]. Bitten Sie die Person um einen neuen.',
    shown_by_holder: 'Der Inhaber hat Ihnen den Nachweis gezeigt[ (Alter: {age})].',
    shown_for_other_question: 'Der Code wurde für eine andere Frage gemacht. Bitten Sie die Person, die richtige zu wählen.',
    shown_to_anybody:
      'Der Inhaber hat ihn jedem gezeigt, der hinsieht[ (Alter: {age})]: Es kann eine Kopie sein. Vergleichen Sie die Person mit einem Ausweis.',
    signature_not_checked: 'Die Unterschrift konnte nicht geprüft werden, weil der Schlüssel des Ausstellers nicht hier ist.',
    signature_valid: 'Die Unterschrift ist richtig: nichts wurde verändert.',
    signature_wrong:
      'Die Unterschrift ist falsch: Der Nachweis wurde verändert oder nie von diesem Aussteller gemacht. Weisen Sie ihn zurück.',
    status_index_wrong: 'Die Nummer des Nachweises steht nicht in der Statusliste, die er nennt. Weisen Sie ihn zurück.',
    status_list_expired: 'Die Statusliste ist abgelaufen. Holen Sie ein neueres Bündel.',
    status_list_from_the_future: 'Die Statusliste wurde später gemacht, als die Uhr dieses Geräts zeigt. Prüfen Sie die Uhr.',
    status_list_malformed: 'Die Statusliste ist nicht lesbar. Holen Sie das Bündel neu.',
    status_list_missing:
      'Die Statusliste ist nicht hier; wir wissen also nicht, ob der Nachweis widerrufen wurde. Holen Sie ein Bündel, das sie enthält.',
    status_list_not_trusted:
      'Wer die Statusliste unterschrieben hat, dem wird hier dafür nicht vertraut; wir wissen also nicht, ob der Nachweis widerrufen wurde. Ist auch der Aussteller falsch oder nicht bekannt, beginnen Sie dort.',
    status_list_of_other: 'Die mitgekommene Statusliste ist die anderer Nachweise. Holen Sie das Bündel neu.',
    status_list_purpose_wrong: 'Die Statusliste dient einem anderen Zweck, als der Nachweis sagt. Holen Sie das Bündel neu.',
    status_list_signature_wrong: 'Die Statusliste wurde nach der Unterschrift verändert. Holen Sie das Bündel neu.',
    status_mechanism_unknown:
      'Der Nachweis sagt auf eine unbekannte Weise, wo sein Status steht; wir wissen also nicht, ob er widerrufen wurde. Melden Sie es dem Aussteller.',
    status_missing: 'Der Nachweis sagt nicht, wo sein Status steht, obwohl diese Art es muss. Weisen Sie ihn zurück.',
    status_not_needed: 'Der Nachweis lebt so kurz, dass er keine Statusliste braucht.',
    status_not_valid:
      'Der Aussteller hat dem Nachweis einen anderen Status als gültig gegeben. Weisen Sie ihn zurück; die Person kann den Aussteller fragen.',
    status_purpose_not_known: 'Der Nachweis hat einen Status, dessen Bedeutung wir nicht kennen. Fragen Sie den Aussteller.',
    status_reference_malformed: 'Der Nachweis sagt falsch, wo sein Status steht. Bitten Sie den Aussteller um einen neuen.',
    status_size_not_known: 'Der Status des Nachweises hat mehr Werte, als wir kennen. Fragen Sie den Aussteller.',
    status_too_old: 'Was wir über den Status wissen, ist zu alt[: {age}]. Holen Sie ein neueres Bündel.',
    status_valid: 'Der Nachweis ist nicht widerrufen[; Alter dieser Angabe: {age}].',
    suspended: 'Der Aussteller hat den Nachweis ausgesetzt. Weisen Sie ihn vorerst zurück; die Person kann den Aussteller fragen, warum.',
    too_deep: 'Der Nachweis ist verschachtelter, als wir lesen. Weisen Sie ihn zurück.',
    too_large: 'Der Nachweis ist größer, als wir lesen. Weisen Sie ihn zurück.',
    too_many_disclosures: 'Der Nachweis hat mehr Teile, als wir lesen. Weisen Sie ihn zurück.',
    trust_file_malformed: 'Die Vertrauensdatei hat Fehler. Berichtigen Sie die Einträge, die die Meldung nennt.',
    type_integrity_wrong: 'Die Beschreibung der Art ist nicht die, für die der Aussteller unterschrieben hat. Holen Sie das Bündel neu.',
    type_known: 'Wir kennen diese Art[: {type}], und der Nachweis ist, wie sie es will.',
    type_malformed: 'Die Beschreibung einer Art hat Fehler. Berichtigen Sie die Dateien, die die Meldung nennt.',
    type_metadata_missing: 'Die Beschreibung der Art ist nicht hier. Holen Sie ein Bündel, das sie enthält.',
    type_metadata_of_other:
      'Die Beschreibung, für die der Aussteller unterschrieben hat, ist die einer anderen Art. Weisen Sie ihn zurück.',
    type_not_known: 'Wir kennen diese Art nicht[: {type}]; wir können also nicht sagen, wie der Nachweis aussehen muss.',
    type_wrong: 'Der Nachweis wurde für etwas anderes unterschrieben. Weisen Sie ihn zurück.',
    types_not_of_type: 'Der Nachweis nennt andere Typen als die eines Nachweises dieser Art. Weisen Sie ihn zurück.',
    valid_now: 'Der Nachweis hat begonnen und hat kein Ende.',
    valid_until: 'Der Nachweis ist gültig bis {at}.',
    validity_unlimited: 'Der Nachweis endet nie und hat keinen Status; er könnte also nie zurückgenommen werden. Weisen Sie ihn zurück.',
    vc_claims_differ: 'Der Nachweis widerspricht sich: Er sagt dasselbe zweimal, und verschieden. Weisen Sie ihn zurück.',
    vc_forms_mixed: 'Der Nachweis ist in zwei Formen zugleich geschrieben, die sich widersprechen können. Weisen Sie ihn zurück.',
    vc_malformed: 'Ein Teil des Nachweises fehlt oder hat nicht die richtige Form. Bitten Sie den Aussteller um einen neuen.',
    well_formed: 'Der Nachweis ist lesbar.',
    zlib_malformed: 'Die Statusliste ist beschädigt. Holen Sie das Bündel neu.',
    zlib_too_large: 'Die Statusliste ist größer, als wir lesen. Melden Sie es dem Aussteller.',
  },
}

//! Query parameters that tell where a reader came from, never what the article is.
//!
//! All names are in lower case. A name stands here only if it is known to carry an advertiser's click, a campaign, a mailing or a session;
//! one that could be an id in some newsroom's software (`id`, `p`, `cid`, `icid`, `post_id` …) does not, whoever else uses it for tracking.

use std::borrow::Cow;

use crate::config::ParameterName;

/// Clicks on advertisements and on links of networks: Google, Meta, X, TikTok, Microsoft, LinkedIn, Pinterest, Snapchat, Reddit, Quora, Yandex,
/// VK, Roistat, Admitad, Outbrain, Taboola, Impact, Rakuten and others. In alphabetical order, as all lists here.
const CLICKS: [&str; 65] = [
    "__twitter_impression",
    "_branch_match_id",
    "_branch_referrer",
    "admitad_uid",
    "amp_gsa",
    "amp_js_v",
    "amp_r",
    "calltouch_tm",
    "cjdata",
    "cjevent",
    "click_id",
    "clickid",
    "dclid",
    "dicbo",
    "epik",
    "erid",
    "fb_action_ids",
    "fb_action_types",
    "fb_ref",
    "fb_source",
    "fbclid",
    "gad_campaignid",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "hootpostid",
    "igsh",
    "igshid",
    "irclickid",
    "irgwc",
    "k50id",
    "li_fat_id",
    "mibextid",
    "msclkid",
    "mt_click_id",
    "mt_link_id",
    "outbrainclickid",
    "qclid",
    "raneaid",
    "ranmid",
    "ransiteid",
    "rb_clickid",
    "rdt_cid",
    "ref_src",
    "ref_url",
    "roistat",
    "sccid",
    "srsltid",
    "taboolaclickid",
    "tblci",
    "tgclid",
    "ttclid",
    "twclid",
    "usqp",
    "wbraid",
    "wickedid",
    "yadclid",
    "yadordid",
    "yclid",
    "ymclid",
    "ysclid",
];

/// Letters and whom they were sent to: Mailchimp, MailerLite, Klaviyo, Marketo, HubSpot, Vero, Drip, Omeda, Bronto, ExactTarget, Eloqua,
/// Responsys, Silverpop, ActiveCampaign, Emarsys, Listrak, Dotdigital, Beehiiv, Kit, Keap.
const MAILINGS: [&str; 52] = [
    "__hsfp",
    "__hssc",
    "__hstc",
    "__s",
    "_bhlid",
    "_bta_c",
    "_bta_tid",
    "_di_",
    "_ei_",
    "_hsenc",
    "_hsmi",
    "_ke",
    "_kx",
    "_ri_",
    "ck_subscriber_id",
    "dm_i",
    "elqaid",
    "elqak",
    "elqat",
    "elqcampaignid",
    "elqcst",
    "elqtrack",
    "elqtrackid",
    "et_cid",
    "et_rid",
    "hsctatracking",
    "inf_contact_key",
    "mc_cid",
    "mc_eid",
    "mc_tc",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "oly_anon_id",
    "oly_enc_id",
    "sc_customer",
    "sc_eh",
    "sc_lid",
    "sc_llid",
    "sc_src",
    "sc_uid",
    "spjobid",
    "spmailingid",
    "spreportid",
    "spuserid",
    "trk_contact",
    "trk_module",
    "trk_msg",
    "trk_sid",
    "vero_conv",
    "vero_id",
    "vgo_ee",
];

/// Campaigns, as tools of statistics count them: Google Analytics, Openstat, Piwik, AT Internet, Adobe, Webtrekk, Coremetrics, Cxense.
const CAMPAIGNS: [&str; 61] = [
    "_ga",
    "_gac",
    "_gl",
    "_openstat",
    "at_bbc_team",
    "at_campaign",
    "at_campaign_type",
    "at_channel",
    "at_creation",
    "at_detail_placement",
    "at_format",
    "at_general_placement",
    "at_medium",
    "at_network",
    "at_offre",
    "at_platform",
    "at_ptr_name",
    "at_ptr_type",
    "at_recipient_id",
    "at_recipient_list",
    "at_send_date",
    "at_send_time",
    "at_term",
    "at_variant",
    "cm_ite",
    "cm_lm",
    "cm_re",
    "cm_sp",
    "cmpid",
    "cx_artpos",
    "cx_experienceid",
    "cx_testid",
    "cx_testvariant",
    "ef_id",
    "ga_campaign",
    "ga_content",
    "ga_medium",
    "ga_place",
    "ga_source",
    "ga_term",
    "itm_campaign",
    "itm_content",
    "itm_medium",
    "itm_source",
    "itm_term",
    "openstat",
    "pk_campaign",
    "pk_cid",
    "pk_content",
    "pk_keyword",
    "pk_kwd",
    "pk_medium",
    "pk_source",
    "pk_vid",
    "s_cid",
    "s_kwcid",
    "wt_mc",
    "wt_zmc",
    "wtmc",
    "xtor",
    "xtref",
];

/// Sessions of PHP, of servlets, of osCommerce and of ColdFusion.
const SESSIONS: [&str; 4] = ["cftoken", "jsessionid", "oscsid", "phpsessid"];

/// Beginnings of names.
const FAMILIES: [&str; 17] = [
    // Campaigns: Google's, Matomo's and Piwik's.
    "utm_",
    "mtm_",
    "matomo_",
    "piwik_",
    // Sessions of ASP; challenges of Cloudflare.
    "aspsessionid",
    "__cf_chl_",
    // Adobe, AT Internet, Coremetrics, etracker, Webtrends.
    "adobe_mc",
    "at_custom",
    "at_link",
    "cm_mmc",
    "etcc_",
    "wt.",
    // HubSpot, Mindbox, Roistat, Salesforce, Telegram.
    "hsa_",
    "mindbox-",
    "roistat_",
    "sfmc_",
    "tgwebapp",
];

/// Names that tell an origin when their value is one.
const ORIGIN_NAMES: [&str; 8] = ["from", "ref", "referer", "referrer", "share", "source", "src", "via"];

/// What may be an origin. Editions and sections are none: `from=almaty` may choose what is shown.
const ORIGINS: [&str; 36] = [
    "24smi",
    "atom",
    "dzen",
    "email",
    "facebook",
    "fb",
    "feed",
    "google_news",
    "googlenews",
    "infox",
    "instagram",
    "linkedin",
    "mail",
    "newsfeed",
    "newsletter",
    "odnoklassniki",
    "ok",
    "push",
    "rss",
    "rss2",
    "rss_feed",
    "rssfeed",
    "smi2",
    "social",
    "telegram",
    "tg",
    "twitter",
    "viber",
    "vk",
    "vkontakte",
    "whatsapp",
    "x",
    "yandex",
    "yandex_news",
    "yandexnews",
    "zen",
];

/// Names of sessions only when their value is a long number in hexadecimal digits.
const MAYBE_SESSIONS: [&str; 4] = ["sessid", "session_id", "sessionid", "sid"];

/// Fewest digits of a session's number: an id has fewer.
const MIN_SESSION: usize = 20;

/// Names that are tracking whatever their value.
const NAMES: [&[&str]; 4] = [&CLICKS, &MAILINGS, &CAMPAIGNS, &SESSIONS];

const _: () = assert!(
    is_in_order(&CLICKS) && is_in_order(&MAILINGS) && is_in_order(&CAMPAIGNS) && is_in_order(&SESSIONS) && is_in_order(&ORIGINS),
    "what is searched by halves must be in order"
);

/// Whether a pair of a query, in one spelling, tells nothing of the article. `own` are the admin's names.
pub(super) fn is_tracking(pair: &str, own: &[ParameterName]) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = lower_case(name);
    let name = name.as_ref();
    FAMILIES.iter().any(|family| name.starts_with(family))
        || NAMES.iter().any(|names| names.binary_search(&name).is_ok())
        || is_told_by(name, value)
        || own.iter().any(|own| own.matches(name))
}

fn lower_case(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) }
}

/// Whether the value shows that the parameter tells nothing of the article.
fn is_told_by(name: &str, value: &str) -> bool {
    let is_yes = || ["1", "true", "yes"].iter().any(|yes| yes.eq_ignore_ascii_case(value));
    match name {
        "amp" => value.is_empty() || is_yes(),
        "rss" => is_yes(),
        "outputtype" | "output" => value.eq_ignore_ascii_case("amp"),
        _ if ORIGIN_NAMES.contains(&name) => ORIGINS.binary_search(&lower_case(value).as_ref()).is_ok(),
        _ => MAYBE_SESSIONS.contains(&name) && value.len() >= MIN_SESSION && value.bytes().all(|b| b.is_ascii_hexdigit()),
    }
}

/// Whether each text comes before the next.
const fn is_in_order(texts: &[&str]) -> bool {
    let mut at = 1;
    while at < texts.len() {
        if !is_before(texts[at - 1].as_bytes(), texts[at].as_bytes()) {
            return false;
        }
        at += 1;
    }
    true
}

const fn is_before(text: &[u8], other: &[u8]) -> bool {
    let mut at = 0;
    while at < text.len() && at < other.len() {
        if text[at] != other[at] {
            return text[at] < other[at];
        }
        at += 1;
    }
    text.len() < other.len()
}

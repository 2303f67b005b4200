// Emoji names and their characters. A name that is not in the table is shown as :name:.

const TABLE = `
grinning 😀|smile 😄|smiley 😃|grin 😁|laughing 😆|joy 😂|slightly_smiling_face 🙂|wink 😉|blush 😊|heart_eyes 😍
thinking_face 🤔|neutral_face 😐|relieved 😌|sweat_smile 😅|sweat 😓|cry 😢|sob 😭|angry 😠|confused 😕|worried 😟
open_mouth 😮|sleeping 😴|sunglasses 😎|nerd_face 🤓|hugging_face 🤗|face_with_monocle 🧐|upside_down_face 🙃|pleading_face 🥺
wave 👋|+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|clap 👏|raised_hands 🙌|pray 🙏|muscle 💪|ok_hand 👌|point_up ☝️|point_right 👉
point_left 👈|point_down 👇|handshake 🤝|raised_hand ✋|crossed_fingers 🤞|writing_hand ✍️|eyes 👀|brain 🧠|speech_balloon 💬|thought_balloon 💭
heart ❤️|blue_heart 💙|green_heart 💚|yellow_heart 💛|broken_heart 💔|sparkles ✨|star ⭐|fire 🔥|tada 🎉|100 💯|zap ⚡|boom 💥
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|heavy_multiplication_x ✖️|heavy_plus_sign ➕|warning ⚠️
no_entry ⛔|no_entry_sign 🚫|question ❓|exclamation ❗|grey_question ❔|information_source ℹ️|sos 🆘|rotating_light 🚨|bell 🔔|no_bell 🔕
red_circle 🔴|large_orange_circle 🟠|large_yellow_circle 🟡|large_green_circle 🟢|large_blue_circle 🔵|white_circle ⚪|black_circle ⚫
large_red_square 🟥|large_green_square 🟩|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrows_counterclockwise 🔄|repeat 🔁
leftwards_arrow_with_hook ↩️|hourglass ⌛|hourglass_flowing_sand ⏳|stopwatch ⏱️|alarm_clock ⏰|clock1 🕐|calendar 📅|date 📅|spiral_calendar_pad 🗓️
memo 📝|pencil ✏️|pencil2 ✏️|clipboard 📋|books 📚|book 📖|bookmark 🔖|page_facing_up 📄|file_folder 📁|open_file_folder 📂|paperclip 📎
link 🔗|pushpin 📌|mag 🔍|mag_right 🔎|bulb 💡|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|gear ⚙️|toolbox 🧰|lock 🔒|unlock 🔓|key 🔑|shield 🛡️
package 📦|email 📧|envelope ✉️|inbox_tray 📥|outbox_tray 📤|telephone ☎️|phone ☎️|computer 💻|robot_face 🤖|floppy_disk 💾|credit_card 💳
moneybag 💰|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|bar_chart 📊|label 🏷️|ticket 🎫|rocket 🚀|ship 🚢|construction 🚧|bug 🐛
seedling 🌱|sunny ☀️|cloud ☁️|coffee ☕|cake 🍰|bridge_at_night 🌉|house 🏠|office 🏢|technologist 🧑‍💻|busts_in_silhouette 👥|bust_in_silhouette 👤
speaking_head_in_silhouette 🗣️|ambulance 🚑|fire_engine 🚒|checkered_flag 🏁|triangular_flag_on_post 🚩|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣
back 🔙|new 🆕|ok 🆗|sleepy 😪|see_no_evil 🙈|party_popper 🎉|eyeglasses 👓|scales ⚖️|lifebuoy 🛟|ear 👂|mailbox 📫|zzz 💤`;

export const EMOJI = new Map(
  TABLE.trim().split(/[|\n]/).map((pair) => {
    const at = pair.lastIndexOf(" ");
    return [pair.slice(0, at).trim(), pair.slice(at + 1)];
  }),
);

const TONE = /::skin-tone-([2-6])$/;
const TAKES_TONE = /^\p{Emoji_Modifier_Base}/u;
const FIRST_TONE = 0x1f3fb; // skin-tone-2 in Slack
const VARIATION = /\ufe0f/g;

/** "white_check_mark" -> "✅", "+1::skin-tone-4" -> "👍🏽"; null for an unknown name. */
export function emojiCharacter(name) {
  const tone = TONE.exec(name)?.[1];
  const character = EMOJI.get(String(name).replace(TONE, ""));
  return character ? withTone(character, tone) : null;
}

/** The character in one of Slack's skin tones (2 to 6), if it is an emoji that has them. */
export function withTone(character, tone) {
  if (!tone || !TAKES_TONE.test(character)) return character;
  const [person, ...rest] = character.replace(VARIATION, "");
  return [person, String.fromCodePoint(FIRST_TONE + Number(tone) - 2), ...rest].join("");
}

/** "white_check_mark" -> "white check mark", "+1::skin-tone-4" -> "thumbs up, skin tone 4": for screen readers. */
export function emojiWords(name) {
  const tone = TONE.exec(name)?.[1];
  const plain = String(name).replace(TONE, "");
  const known = { "+1": "thumbs up", thumbsup: "thumbs up", "-1": "thumbs down", thumbsdown: "thumbs down", x: "cross mark" };
  return [known[plain] ?? plain.replaceAll("_", " "), tone && `skin tone ${tone}`].filter(Boolean).join(", ");
}

const NAMES = new Map();
for (const [name, character] of EMOJI) {
  const plain = character.replace(VARIATION, "");
  if (!NAMES.has(plain)) NAMES.set(plain, name);
}
const RUNS = /\p{RGI_Emoji}/gv;
const TONES = /[\u{1f3fb}-\u{1f3ff}]/u;

/** Typed emoji characters as Slack's client sends them: "👍🏽" -> ":+1::skin-tone-4:". Unknown ones stay as they are. */
export function namesOfEmoji(text) {
  return text.replace(RUNS, (character) => {
    const tone = TONES.exec(character)?.[0];
    const name = NAMES.get(character.replace(TONES, "").replace(VARIATION, ""));
    if (!name) return character;
    return tone ? `:${name}::skin-tone-${tone.codePointAt(0) - FIRST_TONE + 2}:` : `:${name}:`;
  });
}

/** Names whose words contain `query`, those that begin with it first; at most `limit`. */
export function findEmoji(query, limit = 48) {
  const wanted = query.trim().toLowerCase();
  const names = [...EMOJI.keys()].filter((name) => name.includes(wanted));
  names.sort((a, b) => Number(b.startsWith(wanted)) - Number(a.startsWith(wanted)));
  return names.slice(0, limit);
}

export const QUICK = ["+1", "eyes", "white_check_mark", "heart", "pray", "tada", "raised_hands", "thinking_face"];

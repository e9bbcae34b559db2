//! Key-value stores: Spin's, and the draft of `wasi:keyvalue`. The host keeps them; each call waits for its answer (`abi::message::SERVICE`).

use super::State;
use super::fermyon::spin2_0_0::key_value as spin;
use super::http::put_string;
use super::talk::Served;
use super::wasi::keyvalue::{atomics, batch, store};
use crate::host::RECORD_MAX;
use abi::message;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use wasmtime::Result;
use wasmtime::component::Resource;

type Answer<T, E> = Result<core::result::Result<T, E>>;

/// `store`, and `bucket`: its label.
pub struct Store(String);

/// `cas`: a key, and the value that it had when it was last looked at.
pub struct Cas {
    label: String,
    key: String,
    seen: Option<Vec<u8>>,
}

impl State {
    /// Asks the host for a service and waits for the answer.
    fn service(&mut self, service: &str, arguments: &[&[u8]]) -> Served {
        if !self.talk.serves_http {
            return Err(("access-denied".into(), String::new()));
        }
        let id = self.talk.number();
        let mut record = id.to_le_bytes().to_vec();
        put_string(&mut record, service);
        record.extend((arguments.len() as u32).to_le_bytes());
        for argument in arguments {
            record.extend((argument.len() as u32).to_le_bytes());
            record.extend(*argument);
        }
        if record.len() > RECORD_MAX {
            return Err(("other".into(), format!("key and value have more than {} KiB together", RECORD_MAX / 1024)));
        }
        self.world.ready();
        self.world.host.send(message::SERVICE, &record);
        self.talk.services.insert(id, None);
        loop {
            if let Some(Some(answer)) = self.talk.services.get(&id) {
                let answer = answer.clone();
                self.talk.services.remove(&id);
                return answer;
            }
            self.leave_for(u64::MAX, true);
        }
    }

    /// One of a store's operations.
    fn operate(&mut self, this: &Resource<Store>, operation: &str, arguments: &[&[u8]]) -> Result<Served> {
        let label = self.table.get(this)?.0.clone();
        Ok(self.operate_on(&label, operation, arguments))
    }

    fn operate_on(&mut self, label: &str, operation: &str, arguments: &[&[u8]]) -> Served {
        let all: Vec<&[u8]> = core::iter::once(label.as_bytes()).chain(arguments.iter().copied()).collect();
        self.service(&format!("key-value.{operation}"), &all)
    }

    /// Looks at a key that will be swapped.
    fn look(&mut self, label: String, key: String) -> core::result::Result<Cas, store::Error> {
        let seen = self.operate_on(&label, "get", &[key.as_bytes()]).map(first)?;
        Ok(Cas { label, key, seen })
    }

    fn open_store(&mut self, label: String) -> Result<core::result::Result<Resource<Store>, (String, String)>> {
        match self.service("key-value.open", &[label.as_bytes()]) {
            Ok(_) => Ok(Ok(self.table.push(Store(label))?)),
            Err(error) => Ok(Err(error)),
        }
    }

    fn drop_store(&mut self, this: Resource<Store>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

fn first(served: Vec<Vec<u8>>) -> Option<Vec<u8>> {
    served.into_iter().next()
}

fn texts(served: Vec<Vec<u8>>) -> Vec<String> {
    served.into_iter().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

impl From<(String, String)> for spin::Error {
    fn from((name, detail): (String, String)) -> Self {
        match name.as_str() {
            "store-table-full" => spin::Error::StoreTableFull,
            "no-such-store" => spin::Error::NoSuchStore,
            "access-denied" => spin::Error::AccessDenied,
            _ => spin::Error::Other(detail),
        }
    }
}

impl From<(String, String)> for store::Error {
    fn from((name, detail): (String, String)) -> Self {
        match name.as_str() {
            "no-such-store" => store::Error::NoSuchStore,
            "access-denied" => store::Error::AccessDenied,
            _ => store::Error::Other(detail),
        }
    }
}

impl spin::Host for State {}

impl spin::HostStore for State {
    fn open(&mut self, label: String) -> Answer<Resource<Store>, spin::Error> {
        Ok(self.open_store(label)?.map_err(Into::into))
    }

    fn get(&mut self, this: Resource<Store>, key: String) -> Answer<Option<Vec<u8>>, spin::Error> {
        Ok(self.operate(&this, "get", &[key.as_bytes()])?.map(first).map_err(Into::into))
    }

    fn set(&mut self, this: Resource<Store>, key: String, value: Vec<u8>) -> Answer<(), spin::Error> {
        Ok(self.operate(&this, "set", &[key.as_bytes(), &value])?.map(|_| ()).map_err(Into::into))
    }

    fn delete(&mut self, this: Resource<Store>, key: String) -> Answer<(), spin::Error> {
        Ok(self.operate(&this, "delete", &[key.as_bytes()])?.map(|_| ()).map_err(Into::into))
    }

    fn exists(&mut self, this: Resource<Store>, key: String) -> Answer<bool, spin::Error> {
        Ok(self.operate(&this, "exists", &[key.as_bytes()])?.map(|r| !r.is_empty()).map_err(Into::into))
    }

    fn get_keys(&mut self, this: Resource<Store>) -> Answer<Vec<String>, spin::Error> {
        Ok(self.operate(&this, "keys", &[])?.map(texts).map_err(Into::into))
    }

    fn drop(&mut self, this: Resource<Store>) -> Result<()> {
        self.drop_store(this)
    }
}

impl store::Host for State {
    fn open(&mut self, label: String) -> Answer<Resource<Store>, store::Error> {
        Ok(self.open_store(label)?.map_err(Into::into))
    }
}

impl store::HostBucket for State {
    fn get(&mut self, this: Resource<Store>, key: String) -> Answer<Option<Vec<u8>>, store::Error> {
        Ok(self.operate(&this, "get", &[key.as_bytes()])?.map(first).map_err(Into::into))
    }

    fn set(&mut self, this: Resource<Store>, key: String, value: Vec<u8>) -> Answer<(), store::Error> {
        Ok(self.operate(&this, "set", &[key.as_bytes(), &value])?.map(|_| ()).map_err(Into::into))
    }

    fn delete(&mut self, this: Resource<Store>, key: String) -> Answer<(), store::Error> {
        Ok(self.operate(&this, "delete", &[key.as_bytes()])?.map(|_| ()).map_err(Into::into))
    }

    fn exists(&mut self, this: Resource<Store>, key: String) -> Answer<bool, store::Error> {
        Ok(self.operate(&this, "exists", &[key.as_bytes()])?.map(|r| !r.is_empty()).map_err(Into::into))
    }

    /// All of them at once: there is never a cursor.
    fn list_keys(&mut self, this: Resource<Store>, _: Option<String>) -> Answer<store::KeyResponse, store::Error> {
        let keys = self.operate(&this, "keys", &[])?.map(texts);
        Ok(keys.map(|keys| store::KeyResponse { keys, cursor: None }).map_err(Into::into))
    }

    fn drop(&mut self, this: Resource<Store>) -> Result<()> {
        self.drop_store(this)
    }
}

impl batch::Host for State {
    fn get_many(&mut self, this: Resource<Store>, keys: Vec<String>) -> Answer<Vec<(String, Option<Vec<u8>>)>, store::Error> {
        let mut found = Vec::with_capacity(keys.len());
        for key in keys {
            match self.operate(&this, "get", &[key.as_bytes()])? {
                Ok(served) => found.push((key, first(served))),
                Err(error) => return Ok(Err(error.into())),
            }
        }
        Ok(Ok(found))
    }

    fn set_many(&mut self, this: Resource<Store>, pairs: Vec<(String, Vec<u8>)>) -> Answer<(), store::Error> {
        for (key, value) in pairs {
            if let Err(error) = self.operate(&this, "set", &[key.as_bytes(), &value])? {
                return Ok(Err(error.into()));
            }
        }
        Ok(Ok(()))
    }

    fn delete_many(&mut self, this: Resource<Store>, keys: Vec<String>) -> Answer<(), store::Error> {
        for key in keys {
            if let Err(error) = self.operate(&this, "delete", &[key.as_bytes()])? {
                return Ok(Err(error.into()));
            }
        }
        Ok(Ok(()))
    }
}

impl atomics::Host for State {
    fn increment(&mut self, this: Resource<Store>, key: String, delta: i64) -> Answer<i64, store::Error> {
        let served = self.operate(&this, "increment", &[key.as_bytes(), format!("{delta}").as_bytes()])?;
        let number = |served| texts(served).first().and_then(|text| text.parse().ok());
        Ok(served.map_err(Into::into).and_then(|s| number(s).ok_or(store::Error::Other("the value is no number".into()))))
    }

    fn swap(&mut self, this: Resource<Cas>, value: Vec<u8>) -> Answer<(), atomics::CasError> {
        let Cas { label, key, seen } = self.table.delete(this)?;
        let known: &[u8] = if seen.is_some() { b"1" } else { b"0" };
        let swapped = match self.operate_on(&label, "swap", &[key.as_bytes(), known, seen.as_deref().unwrap_or_default(), &value]) {
            Ok(swapped) => !swapped.is_empty(),
            Err(error) => return Ok(Err(atomics::CasError::StoreError(error.into()))),
        };
        if swapped {
            return Ok(Ok(()));
        }
        Ok(Err(match self.look(label, key) {
            Ok(cas) => atomics::CasError::CasFailed(self.table.push(cas)?),
            Err(error) => atomics::CasError::StoreError(error),
        }))
    }
}

impl atomics::HostCas for State {
    fn new(&mut self, bucket: Resource<Store>, key: String) -> Answer<Resource<Cas>, store::Error> {
        let label = self.table.get(&bucket)?.0.clone();
        match self.look(label, key) {
            Ok(cas) => Ok(Ok(self.table.push(cas)?)),
            Err(error) => Ok(Err(error)),
        }
    }

    fn current(&mut self, this: Resource<Cas>) -> Answer<Option<Vec<u8>>, store::Error> {
        let Cas { label, key, .. } = self.table.get(&this)?;
        let (label, key) = (label.clone(), key.clone());
        match self.look(label, key) {
            Ok(cas) => {
                let seen = cas.seen.clone();
                *self.table.get_mut(&this)? = cas;
                Ok(Ok(seen))
            }
            Err(error) => Ok(Err(error)),
        }
    }

    fn drop(&mut self, this: Resource<Cas>) -> Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}
